//! Line Details: one line's profile, device, plan and features.
