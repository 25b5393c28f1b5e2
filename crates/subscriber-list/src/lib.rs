//! Subscriber List: pages of lines by account, number or status.
