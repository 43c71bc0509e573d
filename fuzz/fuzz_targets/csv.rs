//! Any text is a table of numbers or is refused, and a table that is written as numbers reads back as the same.
#![no_main]

use beltrami_data::{Format, Reader};
use beltrami_diag::render;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Reader::default().array_in("A", Format::Csv, bytes) {
        Ok(array) => {
            assert_eq!(array.axes().iter().product::<usize>(), array.len());
            let entries = array.to_f64();
            assert!(entries.iter().all(|x| x.is_finite()));
            let width = if let [_, columns] = array.axes()[..] { columns } else { 1 };
            let row = |row: &[f64]| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
            let text: Vec<String> = entries.chunks(width).map(row).collect();
            let again = Reader::default().array_in("A", Format::Csv, text.join("\n").as_bytes());
            assert!(again.is_ok_and(|again| again == array));
        }
        Err(failure) => {
            let text = render::terminal(failure.diagnostics(), failure.sources(), false);
            assert!(text.len() < 1000, "{text}");
        }
    }
});
