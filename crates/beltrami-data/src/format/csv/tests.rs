//! Tables as they are met, and what is made of them.

use super::*;

fn found(text: &str, options: &TableOptions, column: Column<'_>) -> Result<Found, Wrong> {
    read(text.as_bytes(), options, column, &mut Budget::default())
}

/// Axes, entries and remark, or the code and what is said.
type Outcome = Result<(Vec<usize>, Vec<f64>, String), (&'static str, String)>;

fn table(text: &str) -> Outcome {
    with(text, &TableOptions::default())
}

fn with(text: &str, options: &TableOptions) -> Outcome {
    match found(text, options, Column::Perhaps("name")) {
        Ok(found) => {
            let remark = found.remark.expect("a table is described");
            Ok((found.array.shape().to_vec(), found.array.into_f64(), remark))
        }
        Err(wrong) => Err((wrong.code.id, format!("{}; {}", wrong.reason, wrong.hint))),
    }
}

#[track_caller]
fn reads(text: &str, axes: &[usize], entries: &[f64], words: &str) {
    let (a, e, remark) = table(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    assert_eq!((&a[..], &e[..]), (axes, entries), "{text}");
    assert!(remark.contains(words), "{text}: {remark}");
}

#[track_caller]
fn refuses(text: &str, code: &str, words: &str) {
    let (id, reason) = table(text).expect_err(text);
    assert!(id == code && reason.contains(words), "{text:?}: {id} {reason}");
}

#[test]
fn one_separator_is_found_and_said() {
    reads("1,2\n3,-4e1\n", &[2, 2], &[1.0, 2.0, 3.0, -40.0], "2×2, separated by `,`, no header");
    reads("1,5;2,5\n3;4\n", &[2, 2], &[1.5, 2.5, 3.0, 4.0], "separated by `;`, decimal commas");
    reads("1,5;2,5", &[1, 2], &[1.5, 2.5], "decimal commas");
    reads("1.5\t2\n", &[1, 2], &[1.5, 2.0], "separated by tabs");
    reads("1|2\n", &[1, 2], &[1.0, 2.0], "separated by `|`");
    reads("1\r\n2\r\n", &[2], &[1.0, 2.0], "2 numbers, no header");
    reads("\"1.5\", \"2\"\n", &[1, 2], &[1.5, 2.0], "no header");
    reads("0,500;1,250\n", &[1, 2], &[0.5, 1.25], "decimal commas");
    refuses("1 2\n3 4\n", "E0603", "csv-separator");
    refuses("1,2;3,4\n5;6\n\n1,2,3\n", "E0603", "fields");
}

#[test]
fn names_on_top_are_found_and_said() {
    reads("\u{feff}a;b\r\n1;2\r\n", &[1, 2], &[1.0, 2.0], "columns a, b");
    reads("# remark\n\n\"y\"\n1\n2", &[2], &[1.0, 2.0], "columns y");
    reads("a,b\n1,2", &[1, 2], &[1.0, 2.0], "columns a, b");
    reads("x,NA\n1,2", &[1, 2], &[1.0, 2.0], "columns x, NA");
    refuses("a,b\n", "E0603", "it holds no numbers");
    refuses("x,1\n2,3\n", "E0606", "csv-header yes");
    refuses("1,x\n2,3\n", "E0606", "the word `x`");
    let named = TableOptions { header: Some(true), ..TableOptions::default() };
    assert_eq!(with("2020,2021\n1,2\n", &named).map(|t| t.1), Ok(vec![1.0, 2.0]));
    let unnamed = TableOptions { header: Some(false), ..TableOptions::default() };
    assert_eq!(with("a,b\n1,2\n", &unnamed).expect_err("no number").0, "E0603");
}

#[test]
fn a_column_is_taken_by_its_name() {
    let column = |text, column| {
        found(text, &TableOptions::default(), column).map(|found| found.array.into_f64())
    };
    assert_eq!(
        column("t,name\n1,2\n3,4\n", Column::Perhaps("name")).expect("it is there"),
        [2.0, 4.0]
    );
    assert_eq!(
        column("who,y\nann,2\nbob,4\n", Column::Named("y")).expect("it is there"),
        [2.0, 4.0]
    );
    assert_eq!(column(",y\n0,2\n1,4\n", Column::Named("y")).expect("it is there"), [2.0, 4.0]);
    assert_eq!(column("t,y\n1,2\n", Column::All).expect("both are"), [1.0, 2.0]);
    assert_eq!(column("t,y\n1,2\n", Column::Named("z")).expect_err("it is not").code.id, "E0601");
    assert_eq!(column("1,2\n", Column::Named("z")).expect_err("no names").code.id, "E0601");
    assert!(column("y,y\n1,2\n", Column::Named("y")).expect_err("two").reason.contains("two"));
}

#[test]
fn row_names_are_no_data_unless_it_is_said() {
    let frame = ",x,y\n0,1.5,2\n1,3,4\n";
    refuses(frame, "E0606", "csv-index drop");
    refuses("\"\",\"x\"\n\"1\",2\n", "E0606", "csv-index drop");
    refuses("Unnamed: 0,x\n0,2\n", "E0606", "csv-index");
    refuses(",0,1\n0,1.5,2\n1,3,4\n", "E0606", "csv-header yes csv-index drop");
    let drop = TableOptions { index: Some(Index::Drop), ..TableOptions::default() };
    let keep = TableOptions { index: Some(Index::Keep), ..TableOptions::default() };
    assert_eq!(with(frame, &drop).map(|t| t.1), Ok(vec![1.5, 2.0, 3.0, 4.0]));
    assert_eq!(with(frame, &keep).map(|t| t.0), Ok(vec![2, 3]));
    let both = TableOptions { header: Some(true), ..drop };
    assert_eq!(with(",0,1\n0,1.5,2\n1,3,4\n", &both).map(|t| t.1), Ok(vec![1.5, 2.0, 3.0, 4.0]));
    let (axes, _, remark) = with("who,x\nann,1\nbob,2\n", &drop).expect("the names are dropped");
    assert_eq!(axes, [2]);
    assert!(remark.ends_with("columns x, the first column left out"), "{remark}");
    // The place of a field is that in the file.
    let reason = with(",x,y\n0,1,NA\n", &drop).expect_err("a value is missing").1;
    assert!(reason.contains("line 2, column 3 (`y`)"), "{reason}");
}

#[test]
fn missing_values_are_refused_at_their_place() {
    refuses("NA,NA\n1,2\n", "E0607", "line 1, column 1 is missing: `NA`");
    refuses("a,b\n1,2\n3,\n", "E0607", "line 3, column 2 (`b`) is empty");
    refuses("1,2\n3,nan\n", "E0607", "line 2, column 2 is missing: `nan`");
    refuses("1,2,\n3,4,\n", "E0607", "line 1, column 3 is empty");
    refuses("1\n\n2\n", "E0607", "line 2, column 1 is empty");
    refuses("y\n1\n\"\"\n2\n", "E0607", "line 3, column 1 (`y`) is empty");
    refuses("1,inf\n", "E0605", "line 1, column 2 is `inf`");
    refuses("1,1e999\n", "E0605", "not finite");
    reads("1,2\n\n3,4\n\n", &[2, 2], &[1.0, 2.0, 3.0, 4.0], "");
    reads("1\n2\n\n\n", &[2], &[1.0, 2.0], "");
}

#[test]
fn what_could_be_decimals_or_thousands_is_not_guessed() {
    refuses("\"1,000\",2\n", "E0606", "csv-decimal comma");
    refuses("\"1,5\",\"2,5\"\n", "E0606", "csv-decimal comma");
    refuses("1,500;2,250\n", "E0606", "`1,500` has a comma for decimals or for thousands");
    refuses("1.500,25;2\n", "E0603", "`1.500,25` is no number");
    refuses("1,5;2.5\n", "E0603", "one decimal mark a table");
    let point = TableOptions { decimal: Some(Decimal::Point), ..TableOptions::default() };
    assert_eq!(with("\"1,000\",2\n", &point).expect_err("no number").0, "E0603");
    let comma = TableOptions { decimal: Some(Decimal::Comma), ..TableOptions::default() };
    assert_eq!(with("\"1,000\",2\n", &comma).map(|t| t.1), Ok(vec![1.0, 2.0]));
    assert_eq!(with("1,500;2,250\n", &comma).map(|t| t.1), Ok(vec![1.5, 2.25]));
    assert_eq!(with("1,5\n2,5\n", &comma).map(|t| (t.0, t.1)), Ok((vec![2], vec![1.5, 2.5])));
    let blank = TableOptions { separator: Some(b' '), ..TableOptions::default() };
    assert_eq!(with("1 2\n3 4\n", &blank).map(|t| t.0), Ok(vec![2, 2]));
}

#[test]
fn what_is_no_table_is_refused() {
    refuses("1,2\n3\n", "E0603", "line 2 has 1 fields, the lines above 2");
    refuses("1,2\n3,x\n", "E0603", "line 2, column 2: `x` is no number");
    refuses("", "E0603", "it holds no numbers");
    refuses("\"1,2\n3,4", "E0603", "");
    let wrong = |bytes: &[u8]| {
        read(bytes, &TableOptions::default(), Column::Perhaps("x"), &mut Budget::default())
            .expect_err("no text")
    };
    assert!(wrong(b"1\n\xff\n").reason.contains("line 2"));
    assert!(wrong(b"\xff\xfe1\0").reason.contains("UTF-16"));
    let long = format!("1,{}\n", "9".repeat(100_000) + "x");
    assert!(table(&long).expect_err("no number").1.len() < 1000);
}
