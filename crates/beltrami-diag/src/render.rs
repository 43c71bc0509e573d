//! Renderers: the terminal, JSON and HTML show the same diagnostic.

mod html;
mod json;
mod layout;
mod line;
mod terminal;

pub use html::html;
pub use json::json;
pub use terminal::terminal;

#[cfg(test)]
mod tests;
