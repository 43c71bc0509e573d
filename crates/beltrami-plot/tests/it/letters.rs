//! No letter is missing, and no text breaks a picture.

use beltrami_plot::{Spectrum, has_letter, png, svg};

use crate::drawing::{check, texts, tree};
use crate::sample::each;

#[test]
fn every_letter_that_pictures_write_is_in_the_fonts() {
    each(|name, picture| {
        for (words, _) in texts(tree(&svg(picture).expect("a picture")).root()) {
            let missing: String = words.chars().filter(|c| !has_letter(*c)).collect();
            assert!(missing.is_empty(), "{name}: `{missing}` of `{words}`");
        }
    });
}

#[test]
fn every_letter_of_a_name_and_every_sign_of_the_language_is_in_the_fonts() {
    let greek =
        ('\u{370}'..='\u{3ff}').chain('\u{1f00}'..='\u{1fff}').filter(|c| c.is_alphabetic());
    let signs = "µ−·⋅⊙⊘ᵀᵗ’′²³≥≤±".chars();
    let missing: Vec<char> =
        (' '..='~').chain(greek).chain(signs).filter(|c| !has_letter(*c)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn titles_of_any_text_are_readable_svg_and_stay_inside() {
    let long = "A long name ".repeat(40);
    for title in [
        &long[..],
        "",
        "<b>&amp;\"'</b>",
        "\0\u{1}\u{7f}\u{fffe}\u{ffff}",
        "two\nlines\r\n\tand  spaces",
        "漢字 🙂 \u{202e}right to left \u{5d0}\u{5d1}",
        "e\u{301}\u{301}\u{301}",
    ] {
        let picture = Spectrum { title: title.into(), values: &[2.0, 1.0], rank: 1 };
        check(title, &picture);
        assert!(png(&picture).is_ok(), "{title}");
    }
}

#[test]
fn the_second_font_comes_only_where_it_is_needed() {
    let size = |title: &str| {
        let picture = Spectrum { title: title.into(), values: &[2.0, 1.0], rank: 1 };
        svg(&picture).expect("a picture").len()
    };
    assert!(size("plain") < 25_000 && size("λ") > 60_000);
}
