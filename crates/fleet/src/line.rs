//! How lines are, how they are wanted, and where the two differ.

mod change;
mod desired;
mod live;
mod reads;

pub use change::{Change, changes};
pub use desired::{Desired, WantedIp};
pub use live::LineState;
pub(crate) use live::hex;
pub use reads::ReadOnly;
