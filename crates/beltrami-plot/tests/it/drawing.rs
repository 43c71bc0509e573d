//! Every picture is readable SVG, whose texts stand apart and within it, and a PNG that is not blank.

use std::sync::Arc;

use beltrami_plot::{Picture, png, svg};
use resvg::tiny_skia::Pixmap;
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Group, Node, Options, Rect, Tree};

use crate::sample::each;

/// What a renderer sees, with the fonts of this crate alone.
pub fn tree(text: &str) -> Tree {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../../font/Pictures.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../font/Letters.ttf").to_vec());
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    Tree::from_str(text, &options).unwrap_or_else(|error| panic!("{error}: {text:.400}"))
}

/// All texts with their boxes.
pub fn texts(group: &Group) -> Vec<(String, Rect)> {
    let mut found = Vec::new();
    for node in group.children() {
        match node {
            Node::Group(group) => found.extend(texts(group)),
            Node::Text(text) => {
                let words = text.chunks().iter().map(|chunk| chunk.text()).collect();
                // The ink and not the line, which has room for accents.
                found.push((words, text.flattened().abs_bounding_box()));
            }
            _ => {}
        }
    }
    found
}

/// The texts of a picture stand within it and apart from each other.
pub fn check(name: &str, picture: &dyn Picture) {
    let text = svg(picture).unwrap_or_else(|error| panic!("{name}: {error}"));
    let tree = tree(&text);
    let (width, height) = picture.size();
    let size = (width as f32, height as f32);
    assert_eq!((tree.size().width(), tree.size().height()), size, "{name}");
    let found = texts(tree.root());
    assert_eq!(found.len(), text.matches("<text").count(), "{name}: a text is not drawn");
    for (words, place) in &found {
        let inside = place.left() >= 0.0
            && place.top() >= 0.0
            && place.right() <= size.0
            && place.bottom() <= size.1;
        assert!(inside, "{name}: `{words}` is cut off at {place:?}");
    }
    for (k, (words, place)) in found.iter().enumerate() {
        for (others, other) in &found[..k] {
            let apart = place.left() >= other.right()
                || other.left() >= place.right()
                || place.top() >= other.bottom()
                || other.top() >= place.bottom();
            assert!(apart, "{name}: `{words}` and `{others}` overlap");
        }
    }
}

#[test]
fn texts_stand_apart_and_within_every_picture() {
    each(check);
}

#[test]
fn every_picture_is_a_png_of_its_size_with_something_on_it() {
    each(|name, picture| {
        let bytes = png(picture).unwrap_or_else(|error| panic!("{name}: {error}"));
        let pixels = Pixmap::decode_png(&bytes).expect("a PNG file");
        assert_eq!((pixels.width(), pixels.height()), picture.size(), "{name}");
        assert!(pixels.pixels().iter().all(|pixel| pixel.is_opaque()), "{name}");
        let drawn = pixels.pixels().iter().filter(|pixel| pixel.red() < 250).count();
        // Axes alone are about two thousand.
        assert!(drawn > 2000, "{name}: {drawn} pixels");
    });
}

#[test]
fn the_same_picture_is_the_same_text_with_decimals() {
    each(|name, picture| {
        let text = svg(picture).expect("a picture");
        assert_eq!(text, svg(picture).expect("a picture"), "{name}");
        let path = text
            .split(" d=\"")
            .skip(1)
            .any(|path| path.split('"').next().is_some_and(|path| path.contains('.')));
        assert!(path, "{name}: whole pixels");
        let (_, drawn) = text.split_once("</style>").expect("fonts come first");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{name}");
    });
}
