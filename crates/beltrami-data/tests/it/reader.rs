//! What arguments name, and in which words they are refused.

use beltrami_data::{Array, Dtype, Reader};
use beltrami_diag::{Choice, Error, Kind};

fn refusal(outcome: Result<Array, Error>) -> (String, String) {
    let error = outcome.expect_err("it is refused");
    assert_eq!(error.kind(), Kind::Input);
    let diagnostic = &error.diagnostics()[0];
    let flag = |choice: &Choice| {
        let name = format!("@{}", choice.setting.name());
        choice.value.iter().fold(name, |name, value| format!("{name} {value}"))
    };
    let hint = diagnostic.worded(&flag).hint.expect("a way out");
    (diagnostic.code.id.to_owned(), hint.to_string())
}

#[test]
fn a_value_is_read_for_its_name_and_its_place_is_in_the_argument() {
    let mut reader = Reader::default().called("<somewhere>");
    let array = reader.value("A", " [1, 2; 3, 4] ").expect("a matrix");
    assert_eq!((array.shape(), array.dtype()), (&[2, 2][..], Dtype::F64));
    let error = reader.value("A", "[1, b]").expect_err("a letter");
    let label = error.diagnostics()[0].primary.clone().expect("a place");
    let source = error.sources().get(label.source).expect("the argument");
    assert_eq!((&*source.name, source.slice(label.span)), ("<somewhere>", "b"));
    assert_eq!(source.text, "A=[1, b]");
}

#[test]
fn hints_name_settings_and_no_flags() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let refused = |text: &str| {
        let path = folder.join("hints.csv");
        std::fs::write(&path, text).expect("it is written");
        refusal(Reader::default().array("A", path.to_str().expect("a name")))
    };
    for (text, code, hint) in [
        ("1 2\n", "E0603", "`@csv-separator` says what is between fields"),
        ("x,1\n", "E0606", "`@csv-header yes` takes the line for names"),
        (",x\n0,1\n", "E0606", "`@csv-index drop` leaves the column out"),
        (",0,1\n0,1,2\n", "E0606", "`@csv-header yes @csv-index drop` leaves out"),
        ("\"1,000\",2\n", "E0606", "`@csv-decimal comma` takes it for decimals"),
    ] {
        let (found, words) = refused(text);
        assert!(found == code && words.contains(hint), "{text:?}: {found} {words}");
    }
    let read = Reader::default().read("a.csv").expect_err("no name");
    let hint = read.diagnostics()[0].hint.clone().expect("a way out");
    assert_eq!(hint.to_string(), "name the variable, as in `data x=a.csv`");
}
