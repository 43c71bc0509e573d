//! Names of variables and sizes in LaTeX.

use beltrami_core::Dim;

/// A name: Greek letters as commands, several letters in italics, trailing digits and what follows `_` as an index.
pub(super) fn name(name: &str) -> String {
    let trimmed = name.trim_matches('_');
    let (stem, index) = match trimmed.split_once('_') {
        Some((stem, index)) => (stem, index.replace('_', ",")),
        None => {
            let stem = trimmed.trim_end_matches(|c: char| c.is_ascii_digit());
            (stem, trimmed[stem.len()..].to_owned())
        }
    };
    match (letters(stem), index.is_empty()) {
        (stem, true) => stem,
        (stem, false) => {
            let parts: Vec<String> = index.split(',').map(letters).collect();
            format!("{stem}_{{{}}}", parts.join(","))
        }
    }
}

/// A size.
pub(super) fn size(dim: &Dim) -> String {
    let mut out = String::new();
    for (place, (names, n)) in dim.terms().iter().enumerate() {
        out.push_str(match (place, *n < 0) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        let mut factors: Vec<String> = Vec::new();
        if n.unsigned_abs() != 1 || names.is_empty() {
            factors.push(n.unsigned_abs().to_string());
        }
        factors.extend(names.iter().map(|factor| name(factor)));
        out.push_str(&factors.join("\\,"));
    }
    if out.is_empty() { String::from("0") } else { out }
}

/// The index letter of an axis; several letters of one axis in parentheses.
pub(super) fn axis(indices: &[char]) -> String {
    let letters: String = indices.iter().collect();
    if indices.len() == 1 { letters } else { format!("({letters})") }
}

fn letters(word: &str) -> String {
    if word.is_empty() {
        return String::from("{}");
    }
    let Some((_, command)) =
        GREEK.iter().find(|(letter, command)| *letter == word || *command == word)
    else {
        let plain = word.chars().all(|c| c.is_ascii_digit()) || word.chars().count() == 1;
        return if plain { word.to_owned() } else { format!("\\mathit{{{word}}}") };
    };
    // Capitals that look Latin and the letter omicron have no command.
    match *command {
        "omicron" => String::from("o"),
        "Alpha" => String::from("\\mathrm{A}"),
        "Beta" => String::from("\\mathrm{B}"),
        _ => format!("\\{command}"),
    }
}

const GREEK: [(&str, &str); 44] = [
    ("α", "alpha"),
    ("β", "beta"),
    ("γ", "gamma"),
    ("δ", "delta"),
    ("ε", "varepsilon"),
    ("ϵ", "epsilon"),
    ("ζ", "zeta"),
    ("η", "eta"),
    ("θ", "theta"),
    ("ϑ", "vartheta"),
    ("ι", "iota"),
    ("κ", "kappa"),
    ("λ", "lambda"),
    ("µ", "mu"),
    ("μ", "mu"),
    ("ν", "nu"),
    ("ξ", "xi"),
    ("ο", "omicron"),
    ("π", "pi"),
    ("ϖ", "varpi"),
    ("ρ", "rho"),
    ("ϱ", "varrho"),
    ("σ", "sigma"),
    ("ς", "varsigma"),
    ("τ", "tau"),
    ("υ", "upsilon"),
    ("φ", "varphi"),
    ("ϕ", "phi"),
    ("χ", "chi"),
    ("ψ", "psi"),
    ("ω", "omega"),
    ("Γ", "Gamma"),
    ("Δ", "Delta"),
    ("Θ", "Theta"),
    ("Λ", "Lambda"),
    ("Ξ", "Xi"),
    ("Π", "Pi"),
    ("Σ", "Sigma"),
    ("Υ", "Upsilon"),
    ("Φ", "Phi"),
    ("Ψ", "Psi"),
    ("Ω", "Omega"),
    ("Α", "Alpha"),
    ("Β", "Beta"),
];
