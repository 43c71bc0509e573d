//! Any bytes are an archive of arrays or are refused.
#![no_main]

use beltrami_data::{Format, Reader};
use beltrami_diag::render;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Reader::default().array_in("A", Format::Npz, bytes) {
        Ok(array) => assert_eq!(array.axes().iter().product::<usize>(), array.len()),
        Err(failure) => {
            let text = render::terminal(failure.diagnostics(), failure.sources(), false);
            assert!(text.len() < 1000, "{text}");
        }
    }
});
