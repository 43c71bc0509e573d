//! Pixels from SVG text.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use crate::PlotError;
use crate::font::{LETTERS, PICTURES};

/// The fonts of this crate and no others, so that no picture depends on the machine.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(PICTURES.bytes.to_vec());
    fonts.load_font_data(LETTERS.bytes.to_vec());
    Arc::new(fonts)
});

/// The bytes of a PNG file of this width and height.
pub fn png(svg: &str, (width, height): (u32, u32)) -> Result<Vec<u8>, PlotError> {
    let options = Options { fontdb: FONTS.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)
        .map_err(|error| PlotError::Unreadable { reason: error.to_string() })?;
    let mut pixels = Pixmap::new(width, height).ok_or(PlotError::Size { width, height })?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PlotError::Unpacked { reason: error.to_string() })
}
