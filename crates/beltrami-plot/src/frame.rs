//! A pair of axes, and what is drawn in their numbers.

use crate::axis::{Axis, Ticks, equalised};
use crate::canvas::{Area, Canvas, Label, Point, Stroke};
use crate::colour::Colour;
use crate::font;
use crate::legend::{Key, Legend};
use crate::mark::Mark;
use crate::thinning::thinned;

/// What a pair of axes is made of.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The part of the canvas for it, with all that is written.
    pub area: Area,
    /// What stands above it.
    pub title: String,
    /// The axis across.
    pub x: Axis,
    /// The axis up.
    pub y: Axis,
    /// Whether lines go on from the numbers.
    pub grid: bool,
    /// Whether both axes have the same unit, so that circles are round.
    pub equal: bool,
}

/// A pair of axes on a canvas.
pub struct Frame<'c> {
    /// What is below it.
    pub canvas: &'c mut Canvas,
    inner: Area,
    x: Axis,
    y: Axis,
    legend: Legend,
    /// Where something is drawn that a legend would hide, and how much that matters.
    busy: Vec<(Point, f64)>,
}

/// The height of titles of frames.
const TITLE: f64 = 18.0;
/// The height of numbers and names of axes.
const NUMBERS: f64 = 15.0;
/// Around all that is written.
const MARGIN: f64 = 14.0;
/// From an axis to its numbers.
const TICK: f64 = 5.0;
/// For a line of text.
const LINE: f64 = 24.0;
/// Between numbers beside each other.
const APART: f64 = 16.0;
/// From number to number, up.
const ABOVE: f64 = 28.0;
/// What is drawn is looked at in steps of this length when a place for the legend is sought.
const STEP: f64 = 6.0;

impl Layout {
    /// Axes with a grid.
    pub fn new(area: Area, title: impl Into<String>, x: Axis, y: Axis) -> Layout {
        Layout { area, title: title.into(), x, y, grid: true, equal: false }
    }

    /// Axes without a grid.
    pub fn bare(self) -> Layout {
        Layout { grid: false, ..self }
    }

    /// The same unit on both axes.
    pub fn equal(self) -> Layout {
        Layout { equal: true, ..self }
    }

    /// Draws the axes.
    pub fn frame(self, canvas: &mut Canvas) -> Frame<'_> {
        let Layout { area, title, mut x, mut y, grid, equal } = self;
        let mut inner = area;
        inner.top += MARGIN + if title.is_empty() { 0.5 * NUMBERS } else { LINE + 6.0 };
        inner.bottom -= MARGIN + TICK + LINE;
        inner.right -= MARGIN + 8.0;
        inner.left += MARGIN + if y.name.is_empty() { 0.0 } else { LINE };
        let sides = inner;
        let (mut across, mut up) = (Ticks::default(), Ticks::default());
        let (given_x, given_y) = (x.clone(), y.clone());
        // How long the numbers are depends on how much room they leave for the axes; the second time it is settled.
        for _ in 0..2 {
            up = y.ticks(|ticks| stacked(ticks, &y, inner.height()));
            across = x.ticks(|ticks| beside(ticks, &x, inner.width()));
            inner = sides;
            inner.left += longest(&up) + TICK + 6.0;
            inner.right -= beyond(&across, &x, inner.width());
            inner.top += if up.note.is_empty() { 0.0 } else { LINE };
            let below = !(x.name.is_empty() && across.note.is_empty());
            inner.bottom -= if below { LINE } else { 0.0 };
            if equal && inner.width() > 1.0 && inner.height() > 1.0 {
                (x, y) = equalised(&given_x, &given_y, inner);
            }
        }
        // On a sheet too small for all that is written there is still a place for the axes.
        inner.right = inner.right.max(inner.left + 1.0);
        inner.bottom = inner.bottom.max(inner.top + 1.0);
        if equal {
            (x, y) = equalised(&given_x, &given_y, inner);
            up = y.ticks(|ticks| stacked(ticks, &y, inner.height()));
            across = x.ticks(|ticks| beside(ticks, &x, inner.width()));
        }
        let mut frame = Frame { canvas, inner, x, y, legend: Legend::default(), busy: Vec::new() };
        frame.numbers(&across, &up, grid);
        frame.names(&across, &up, area);
        if !title.is_empty() {
            let room = area.width() - 2.0 * MARGIN;
            // Above the middle of the axes, as long as both ends stay in the area.
            let half = 0.5 * font::width(&title, TITLE).min(room);
            let middle = 0.5 * (inner.left + inner.right);
            let middle = middle.min(area.right - MARGIN - half).max(area.left + MARGIN + half);
            let label = Label::new(TITLE, room).centred();
            frame.canvas.text((middle, area.top + MARGIN + 0.4 * LINE), &title, label);
        }
        frame
    }
}

/// The width of the longest number.
fn longest(ticks: &Ticks) -> f64 {
    ticks.places.iter().map(|(_, text)| font::width(text, NUMBERS)).fold(0.0, f64::max)
}

/// How far the last number reaches beyond the end of its axis and the margin.
fn beyond(ticks: &Ticks, axis: &Axis, length: f64) -> f64 {
    let reach = |(x, text): &(f64, String)| {
        0.5 * font::width(text, NUMBERS) - length * (1.0 - axis.part(*x)) - MARGIN
    };
    ticks.places.last().map_or(0.0, reach).max(0.0)
}

/// Whether numbers fit beside each other.
fn beside(ticks: &Ticks, axis: &Axis, length: f64) -> bool {
    ticks.places.windows(2).all(|pair| {
        let wide = |k: usize| font::width(&pair[k].1, NUMBERS);
        let between = length * (axis.part(pair[1].0) - axis.part(pair[0].0));
        between >= 0.5 * (wide(0) + wide(1)) + APART
    })
}

/// Whether numbers fit above each other.
fn stacked(ticks: &Ticks, axis: &Axis, length: f64) -> bool {
    let apart = |pair: &[(f64, String)]| length * (axis.part(pair[1].0) - axis.part(pair[0].0));
    ticks.places.windows(2).all(|pair| apart(pair) >= ABOVE)
}

impl Frame<'_> {
    /// The part of the canvas within the axes.
    pub fn inner(&self) -> Area {
        self.inner
    }

    /// Where a pair of numbers is on the canvas.
    pub fn place(&self, (x, y): Point) -> Point {
        let Area { left, bottom, .. } = self.inner;
        let (across, up) = (self.x.part(x), self.y.part(y));
        (left + across * self.inner.width(), bottom - up * self.inner.height())
    }

    /// The least and the largest number across, and up.
    pub fn range(&self) -> (Point, Point) {
        ((self.x.low, self.x.high), (self.y.low, self.y.high))
    }

    /// A line through points.
    pub fn line(&mut self, points: &[Point], stroke: Stroke) {
        self.lines([points], stroke);
    }

    /// Lines through points; what lies outside of the axes is not seen.
    pub fn lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a [Point]>, stroke: Stroke) {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        for line in lines {
            let placed: Vec<Point> = line.iter().map(|at| self.place(*at)).collect();
            let known = placed.split(|at| !(at.0.is_finite() && at.1.is_finite()));
            pieces.extend(known.map(thinned).filter(|piece| !piece.is_empty()));
        }
        let weight = stroke.width * stroke.opacity;
        pieces.iter().for_each(|piece| self.occupy(piece, weight));
        let outside = pieces.iter().flatten().any(|at| !self.inner.contains(*at, 0.5));
        let draw =
            |canvas: &mut Canvas| canvas.lines(pieces.iter().map(|piece| &piece[..]), stroke);
        if outside { self.canvas.clipped(self.inner, draw) } else { draw(self.canvas) }
    }

    /// A filled polygon.
    pub fn polygon(&mut self, corners: &[Point], colour: Colour, opacity: f64) {
        let placed: Vec<Point> = corners.iter().map(|at| self.place(*at)).collect();
        let outside = placed.iter().any(|at| !self.inner.contains(*at, 0.5));
        let draw = |canvas: &mut Canvas| canvas.polygon(&placed, colour, opacity);
        if outside { self.canvas.clipped(self.inner, draw) } else { draw(self.canvas) }
    }

    /// Filled rectangles between pairs of corners, as far as they are within the axes.
    pub fn rectangles(&mut self, corners: &[(Point, Point)], colour: Colour, opacity: f64) {
        let Area { left, top, right, bottom } = self.inner;
        let areas: Vec<Area> = corners
            .iter()
            .map(|(low, high)| {
                let (low, high) = (self.place(*low), self.place(*high));
                Area {
                    left: low.0.clamp(left, right),
                    right: high.0.clamp(left, right),
                    top: high.1.clamp(top, bottom),
                    bottom: low.1.clamp(top, bottom),
                }
            })
            .collect();
        self.canvas.rectangles(&areas, colour, opacity);
    }

    /// Marks at those points that are within the axes.
    pub fn marks(&mut self, points: impl IntoIterator<Item = Point>, mark: Mark) {
        for point in points {
            let at = self.place(point);
            if self.inner.contains(at, 0.5) {
                mark.draw(self.canvas, at);
                self.busy.push((at, 12.0));
            }
        }
    }

    /// A line of the legend.
    pub fn label(&mut self, key: Key, text: impl Into<String>) {
        self.legend.add(key, text);
    }

    /// Draws the legend where it hides least.
    pub fn finish(self) {
        if self.legend.is_empty() {
            return;
        }
        let Area { left, top, right, bottom } = self.inner;
        let (width, height) = self.legend.size();
        let (away, width) = (10.0, width.min(self.inner.width() - 20.0));
        let columns = [right - away - width, left + away, 0.5 * (left + right - width)];
        let rows = [top + away, bottom - away - height, 0.5 * (top + bottom - height)];
        let mut best: Option<(f64, Area)> = None;
        for y in rows {
            for x in columns {
                let area = Area { left: x, top: y, right: x + width, bottom: y + height };
                let hidden = self.busy.iter().filter(|(at, _)| area.contains(*at, 6.0));
                let hidden: f64 = hidden.map(|(_, weight)| weight).sum();
                if best.is_none_or(|(least, _)| hidden < least) {
                    best = Some((hidden, area));
                }
            }
        }
        if let Some((_, area)) = best {
            self.legend.boxed(self.canvas, area);
        }
    }

    /// Remembers where a line runs.
    fn occupy(&mut self, piece: &[Point], weight: f64) {
        for pair in piece.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            // Far outside nothing can be hidden, and steps would be many.
            let steps = (dx.hypot(dy) / STEP).ceil().clamp(1.0, 2000.0);
            for k in 0..steps as usize {
                let part = k as f64 / steps;
                let at = (pair[0].0 + part * dx, pair[0].1 + part * dy);
                if self.inner.contains(at, 0.0) {
                    self.busy.push((at, weight));
                }
            }
        }
    }

    fn numbers(&mut self, across: &Ticks, up: &Ticks, grid: bool) {
        let Area { left, top, right, bottom } = self.inner;
        let (mut lines, mut ticks) = (Vec::new(), Vec::new());
        for (x, text) in &across.places {
            let at = self.place((*x, self.y.low)).0;
            lines.push([(at, top), (at, bottom)]);
            ticks.push([(at, bottom), (at, bottom + TICK)]);
            let label = Label { up: 1.0, ..Label::new(NUMBERS, right - left).centred() };
            self.canvas.text((at, bottom + TICK + 5.0), text, label);
        }
        for (y, text) in &up.places {
            let at = self.place((self.x.low, *y)).1;
            lines.push([(left, at), (right, at)]);
            ticks.push([(left - TICK, at), (left, at)]);
            let label = Label { along: 1.0, ..Label::new(NUMBERS, right - left) };
            self.canvas.text((left - TICK - 4.0, at), text, label);
        }
        if grid {
            self.canvas.lines(lines.iter().map(|line| &line[..]), Stroke::new(Colour::GRID, 1.0));
        }
        let axes = [(left, top), (left, bottom), (right, bottom)];
        let drawn = ticks.iter().map(|tick| &tick[..]).chain([&axes[..]]);
        self.canvas.lines(drawn, Stroke::new(Colour::GREY, 1.0));
    }

    fn names(&mut self, across: &Ticks, up: &Ticks, area: Area) {
        let Area { left, top, right, bottom } = self.inner;
        let below = bottom + TICK + LINE + 0.5 * NUMBERS;
        let note = font::width(&across.note, NUMBERS);
        // The name stands in the middle unless the note needs the room.
        let end = right - if note > 0.0 { note + APART } else { 0.0 };
        let half = 0.5 * font::width(&self.x.name, NUMBERS).min(end - left);
        let middle = (0.5 * (left + right)).min(end - half);
        let label = Label::new(NUMBERS, end - left).centred();
        self.canvas.text((middle, below), &self.x.name, label);
        let label = Label { along: 1.0, ..Label::new(NUMBERS, right - left) };
        self.canvas.text((right, below), &across.note, label);
        let label = Label { upright: true, ..Label::new(NUMBERS, bottom - top).centred() };
        let beside = area.left + MARGIN + 0.5 * NUMBERS;
        self.canvas.text((beside, 0.5 * (top + bottom)), &self.y.name, label);
        let label = Label::new(NUMBERS, right - left);
        self.canvas.text((left, top - 0.7 * NUMBERS), &up.note, label);
    }
}
