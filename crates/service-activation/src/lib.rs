//! Service Activation: submit lines for activation and read the results.
