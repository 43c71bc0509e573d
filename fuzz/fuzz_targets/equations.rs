//! Any text is a system of equations or is refused.
#![no_main]

use beltrami::{Session, SystemOptions};
use beltrami_diag::render;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Longer systems cost the fuzzer more than they find: what is read is differentiated and compared with numbers.
    if text.len() > 120 {
        return;
    }
    match Session::global().equations("<fuzz>", text, &SystemOptions::default()) {
        Ok(found) => assert!(!found.names.is_empty()),
        Err(failure) => {
            assert!(!failure.diagnostics().is_empty());
            render::terminal(failure.diagnostics(), failure.sources(), true);
        }
    }
});
