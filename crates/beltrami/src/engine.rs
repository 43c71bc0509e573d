//! The engines below the front door, without a promise: what stands here changes with any version.

pub use beltrami_calculus as calculus;
pub use beltrami_core as core;
pub use beltrami_exec as exec;
pub use beltrami_linalg as linalg;
pub use beltrami_ops::registry;
pub use beltrami_print as print;
pub use beltrami_solve as solve;
