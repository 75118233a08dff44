"""The bus under faults: killed processes, brokers gone or emptied, killed databases."""
