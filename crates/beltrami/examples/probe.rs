//! Prints derivative candidates; for debugging.
use beltrami::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let options = DeriveOptions {
        by: args[2].split(',').map(str::to_string).collect(),
        declarations: args.get(3).cloned().unwrap_or_default(),
        order: args.get(4).and_then(|s| s.parse().ok()),
        layout: Layout::Denominator,
        form: if args.get(5).is_some_and(|s| s == "kron") { Form::Kron } else { Form::Matrix },
        ..DeriveOptions::default()
    };
    match Session::global().derive("<e>", &args[1], &options) {
        Ok(list) => list.iter().for_each(|d| println!("{}   {:?}", d.text(), d.checked)),
        Err(f) => println!("{}", diag::render::terminal(&f.diagnostics, &f.sources, false)),
    }
}
