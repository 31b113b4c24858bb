"""What the findings table's stream tells, brought to Security Hub and SNS."""
