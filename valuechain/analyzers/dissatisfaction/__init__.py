"""Who is dissatisfied with what: `propagate_dissatisfaction`, in both modes."""
