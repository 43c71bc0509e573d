//! The letters of pictures: two parts of one typeface, so that texts look alike everywhere and their widths are known.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// A part of the typeface.
pub struct Font {
    /// The name it has in SVG text.
    pub family: &'static str,
    /// The file.
    pub bytes: &'static [u8],
}

/// What pictures themselves write; small, since it comes with every SVG.
pub static PICTURES: Font =
    Font { family: "DejaVu Sans Pictures", bytes: include_bytes!("../font/Pictures.ttf") };
/// What names and titles may hold besides; it comes with the SVG that needs it.
pub static LETTERS: Font =
    Font { family: "DejaVu Sans Letters", bytes: include_bytes!("../font/Letters.ttf") };

static READ: LazyLock<[Option<FontRef<'static>>; 2]> =
    LazyLock::new(|| [&PICTURES, &LETTERS].map(|font| FontRef::new(font.bytes).ok()));

/// The width of a letter that no font has, which is drawn as a box: that of a wide one.
const UNKNOWN: f64 = 1.0;

/// Whether either part has the letter.
pub fn has(letter: char) -> bool {
    READ.iter().flatten().any(|font| font.charmap().map(letter).is_some())
}

/// Whether a text needs the second part.
pub fn needs_letters(text: &str) -> bool {
    let [pictures, _] = &*READ;
    text.chars().any(|c| pictures.as_ref().is_none_or(|font| font.charmap().map(c).is_none()))
}

/// The width of a text whose letters are `size` high.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| advance(letter) * size).sum()
}

/// The width of a letter, of size 1.
fn advance(letter: char) -> f64 {
    let found = READ.iter().flatten().find_map(|font| {
        let glyph = font.charmap().map(letter)?;
        font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)
    });
    found.map_or(UNKNOWN, f64::from)
}

/// The text and its size for this room: smaller letters first, then fewer.
pub fn fitted(text: &str, size: f64, room: f64) -> (String, f64) {
    /// Smaller letters are hard to read.
    const LEAST: f64 = 0.75;
    let wide = width(text, size);
    if wide <= room {
        return (text.to_owned(), size);
    }
    let smaller = (size * room / wide).max(LEAST * size);
    if width(text, smaller) <= room * (1.0 + 1e-9) {
        return (text.to_owned(), smaller);
    }
    let mut left = room - width("…", smaller);
    let kept = text.chars().take_while(|letter| {
        left -= advance(*letter) * smaller;
        left >= 0.0
    });
    let kept: String = kept.collect();
    (format!("{}…", kept.trim_end()), smaller)
}
