"""See, measure and mend how work inside an organisation reaches its customers."""
