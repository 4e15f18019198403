"""Who is overloaded: `compute_workload`, `staff_for`, `demand_limit`, `tipping_demand`."""
