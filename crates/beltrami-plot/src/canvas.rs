//! A sheet on which lines, areas, discs and texts are SVG text, in pixels with decimals, from the top left corner.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::colour::Colour;
use crate::font::{self, LETTERS, PICTURES};

/// A place, across and down.
pub type Point = (f64, f64);

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its left side.
    pub left: f64,
    /// Its top.
    pub top: f64,
    /// Its right side.
    pub right: f64,
    /// Its bottom.
    pub bottom: f64,
}

impl Area {
    /// Across.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Down.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether a place is in it, or no farther out than this.
    pub fn contains(&self, (x, y): Point, away: f64) -> bool {
        (self.left - away..=self.right + away).contains(&x)
            && (self.top - away..=self.bottom + away).contains(&y)
    }

    /// The parts left and right of a line.
    pub fn split(&self, at: f64) -> (Area, Area) {
        (Area { right: self.left + at, ..*self }, Area { left: self.left + at, ..*self })
    }

    /// Without a strip along the top.
    pub fn below(&self, strip: f64) -> Area {
        Area { top: self.top + strip, ..*self }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width.
    pub width: f64,
    /// From 0, which is nothing, to 1.
    pub opacity: f64,
}

impl Stroke {
    /// A line that hides what is below it.
    pub const fn new(colour: Colour, width: f64) -> Stroke {
        Stroke { colour, width, opacity: 1.0 }
    }

    /// A line through which one sees what is below it.
    pub const fn faint(colour: Colour, width: f64, opacity: f64) -> Stroke {
        Stroke { colour, width, opacity }
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// The height of its letters.
    pub size: f64,
    /// Their colour.
    pub colour: Colour,
    /// Where the place is along the text: 0 at its start, 0.5 in the middle, 1 at its end.
    pub along: f64,
    /// Where the place is between the base line, 0, and the top of capitals, 1.
    pub up: f64,
    /// Whether it is read from the bottom up.
    pub upright: bool,
    /// How long it may be.
    pub room: f64,
}

impl Label {
    /// Black letters that begin at the place, whose middle is at its height.
    pub const fn new(size: f64, room: f64) -> Label {
        Label { size, colour: Colour::BLACK, along: 0.0, up: 0.5, upright: false, room }
    }

    /// With the middle of the text at the place.
    pub const fn centred(self) -> Label {
        Label { along: 0.5, ..self }
    }
}

/// The height of capitals in letters of size 1; a property of the typeface.
const CAPITALS: f64 = 0.73;
/// Beyond this distance nothing is seen of a line, and its numbers would be long.
const FAR: f64 = 1e5;

/// A sheet.
pub struct Canvas {
    width: u32,
    height: u32,
    body: String,
    clips: usize,
    letters: bool,
}

impl Canvas {
    pub(crate) fn new(width: u32, height: u32) -> Canvas {
        Canvas { width, height, body: String::new(), clips: 0, letters: false }
    }

    /// The whole sheet.
    pub fn area(&self) -> Area {
        let (right, bottom) = (f64::from(self.width), f64::from(self.height));
        Area { left: 0.0, top: 0.0, right, bottom }
    }

    /// Writes a title across the whole sheet; what is left below it.
    pub fn heading(&mut self, title: &str) -> Area {
        /// The height of its letters.
        const SIZE: f64 = 20.0;
        let area = self.area();
        let label = Label::new(SIZE, area.width() - 28.0).centred();
        self.text((0.5 * area.width(), 22.0), title, label);
        area.below(30.0)
    }

    /// Lines through places; those that have no number break a line.
    pub fn lines<'a>(&mut self, pieces: impl IntoIterator<Item = &'a [Point]>, stroke: Stroke) {
        let mut path = String::new();
        for piece in pieces {
            for part in piece.split(|at| !(at.0.is_finite() && at.1.is_finite())) {
                follow(&mut path, part);
            }
        }
        if path.is_empty() {
            return;
        }
        let Stroke { colour, width, opacity } = stroke;
        let faint = attribute("stroke-opacity", opacity);
        let width = number(width);
        let _ = writeln!(
            self.body,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{faint} \
             stroke-linejoin=\"round\" stroke-linecap=\"round\"/>"
        );
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[Point], colour: Colour, opacity: f64) {
        if corners.iter().any(|at| !(at.0.is_finite() && at.1.is_finite())) {
            return;
        }
        let mut path = String::new();
        follow(&mut path, corners);
        let faint = attribute("fill-opacity", opacity);
        let _ = writeln!(self.body, "<path d=\"{path}Z\" fill=\"{colour}\"{faint}/>");
    }

    /// Filled rectangles of one colour, whose sides touch without a seam where they are at one place.
    pub fn rectangles(&mut self, areas: &[Area], colour: Colour, opacity: f64) {
        let mut path = String::new();
        for area in areas {
            let (left, top) = (number(area.left), number(area.top));
            let (right, bottom) = (number(area.right), number(area.bottom));
            let _ = write!(path, "M{left} {top}H{right}V{bottom}H{left}Z");
        }
        let faint = attribute("fill-opacity", opacity);
        let _ = writeln!(
            self.body,
            "<path d=\"{path}\" fill=\"{colour}\"{faint} shape-rendering=\"crispEdges\"/>"
        );
    }

    /// A filled disc.
    pub fn disc(&mut self, at: Point, radius: f64, colour: Colour) {
        self.circle(at, radius, &format!("fill=\"{colour}\""));
    }

    /// A circle.
    pub fn ring(&mut self, at: Point, radius: f64, stroke: Stroke) {
        let Stroke { colour, width, opacity } = stroke;
        let (width, faint) = (number(width), attribute("stroke-opacity", opacity));
        let style = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{faint}");
        self.circle(at, radius, &style);
    }

    fn circle(&mut self, (x, y): Point, radius: f64, style: &str) {
        if x.is_finite() && y.is_finite() {
            let (x, y, radius) = (number(x), number(y), number(radius));
            let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {style}/>");
        }
    }

    /// A text, made smaller and then cut where it is longer than its room.
    pub fn text(&mut self, (x, y): Point, text: &str, label: Label) {
        let text = plain(text);
        if text.is_empty() {
            return;
        }
        let (text, size) = font::fitted(&text, label.size, label.room);
        self.letters |= font::needs_letters(&text);
        let back = label.along * font::width(&text, size);
        let down = label.up * CAPITALS * size;
        let (start, turned) = if label.upright {
            let at = (x + down, y + back);
            (at, format!(" transform=\"rotate(-90 {} {})\"", number(at.0), number(at.1)))
        } else {
            ((x - back, y + down), String::new())
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let fill = match label.colour {
            Colour::BLACK => String::new(),
            colour => format!(" fill=\"{colour}\""),
        };
        let (x, y, size) = (number(start.0), number(start.1), number(size));
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{fill}{turned}>{text}</text>"
        );
    }

    /// What is drawn meanwhile is seen within the area alone.
    pub fn clipped(&mut self, area: Area, draw: impl FnOnce(&mut Canvas)) {
        let (x, y) = (number(area.left), number(area.top));
        let (width, height) = (number(area.width()), number(area.height()));
        let name = self.clips;
        self.clips += 1;
        let _ = writeln!(
            self.body,
            "<clipPath id=\"c{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n\
             <g clip-path=\"url(#c{name})\">"
        );
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// The SVG text with the fonts that it needs.
    pub(crate) fn finish(self) -> String {
        let Canvas { width, height, body, letters, .. } = self;
        let fonts: String = [&PICTURES, &LETTERS]
            .into_iter()
            .take(1 + usize::from(letters))
            .map(|font| {
                let data = STANDARD.encode(font.bytes);
                let family = font.family;
                format!(
                    "@font-face{{font-family:\"{family}\";src:url(data:font/ttf;base64,{data})}}\n"
                )
            })
            .collect();
        let (first, second) = (PICTURES.family, LETTERS.family);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" \
             font-family=\"'{first}', '{second}', 'DejaVu Sans', sans-serif\">\n\
             <style>\n{fonts}</style>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             {body}</svg>\n"
        )
    }
}

/// Appends a line to a path; a single place gets one too, which round ends make a dot.
fn follow(path: &mut String, points: &[Point]) {
    for (place, (x, y)) in points.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        let (x, y) = (number(x.clamp(-FAR, FAR)), number(y.clamp(-FAR, FAR)));
        let _ = write!(path, "{letter}{x} {y}");
    }
    if points.len() == 1 {
        path.push_str("h0");
    }
}

/// A text in one line of letters that stand beside each other.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        for letter in word.chars() {
            match letter {
                // Accents without their letter would climb out of the line; what turns the text around would leave it.
                letter if is_accent(letter) => {}
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                // What no XML may hold.
                '\u{fffe}' | '\u{ffff}' => plain.push('\u{fffd}'),
                letter if letter.is_control() => plain.push('\u{fffd}'),
                letter => plain.push(letter),
            }
        }
    }
    plain
}

/// Whether it is drawn on the letter before; letters that have their accents in one are others.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Two decimals: no screen shows a hundredth of a pixel, and no magnification of a few times either.
fn number(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// An attribute between 0 and 1 that is left out where it is 1.
fn attribute(name: &str, part: f64) -> String {
    if part < 1.0 { format!(" {name}=\"{}\"", number(part)) } else { String::new() }
}
