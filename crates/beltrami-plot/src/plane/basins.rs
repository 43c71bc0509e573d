//! Which root Newton's method reaches from where.

use std::collections::BTreeMap;

use beltrami::Equations;
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::{All, System};

use super::{SIZE, Window, beside, framed, sheet};
use crate::{Canvas, Colour, Key, Legend, Mark, Picture, PlotError, Point, axis};

/// The basins of Newton's method: a colour for each root, darker where it takes longer.
pub struct Basins {
    /// The names of both unknowns.
    pub names: Vec<String>,
    /// What is shown.
    pub window: Window,
    /// The roots.
    pub roots: Vec<Point>,
    /// For each cell, row by row from the bottom, the root and the number of steps.
    pub cells: Vec<Option<(usize, usize)>>,
}

/// Cells along each side.
const CELLS: usize = 320;
/// Steps before a start is given up.
const STEPS: usize = 40;
/// Where the iteration reaches none.
const NOWHERE: Colour = Colour(225, 225, 225);
const COLOURS: [Colour; 7] = [
    Colour::BLUE,
    Colour::ORANGE,
    Colour::GREEN,
    Colour::VERMILION,
    Colour::PURPLE,
    Colour::SKY,
    Colour::YELLOW,
];
/// Roots that the legend has room for.
const LISTED: usize = 24;

impl Basins {
    /// Iterates from the middle of every cell.
    pub fn new(
        equations: &mut Equations,
        region: &[Interval],
        all: &All,
    ) -> Result<Basins, PlotError> {
        let window = Window::new(region)?;
        let roots: Vec<Point> = all.roots.iter().map(|r| r.point()).map(|x| (x[0], x[1])).collect();
        let mut cells = Vec::with_capacity(CELLS * CELLS);
        let middle = |k: usize| (k as f64 + 0.5) / CELLS as f64;
        for j in 0..CELLS {
            for i in 0..CELLS {
                cells.push(reached(equations, window.at(middle(i), middle(j)), window, &roots));
            }
        }
        Ok(Basins { names: equations.names.clone(), window, roots, cells })
    }
}

/// The root that the plain iteration reaches, and after how many steps.
fn reached(
    equations: &mut Equations,
    start: Point,
    window: Window,
    roots: &[Point],
) -> Option<(usize, usize)> {
    let (width, height) = window.size();
    let (mut x, mut f, mut j) = ([start.0, start.1], [0.0; 2], [0.0; 4]);
    for step in 0..STEPS {
        // Nearer than a thousandth of the window, Newton's method stays with the root.
        let near = |root: &Point| ((x[0] - root.0) / width).hypot((x[1] - root.1) / height) < 1e-3;
        if let Some(root) = roots.iter().position(near) {
            return Some((root, step));
        }
        System::value(&mut equations.compiled, &x, &mut f);
        System::jacobian(&mut equations.compiled, &x, &mut j);
        let det = j[0] * j[3] - j[1] * j[2];
        x[0] -= (j[3] * f[0] - j[1] * f[1]) / det;
        x[1] -= (j[0] * f[1] - j[2] * f[0]) / det;
        if !(x[0].is_finite() && x[1].is_finite()) {
            return None;
        }
    }
    None
}

impl Picture for Basins {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw(&self, canvas: &mut Canvas) {
        let area = sheet(canvas, "which root Newton's method reaches, darker after more steps");
        let mut frame = framed(canvas, area, self.window, &self.names);
        let edge = |k: usize| k as f64 / CELLS as f64;
        // Cells of one colour beside each other are one rectangle, which keeps the text small.
        let mut areas: BTreeMap<Colour, Vec<(Point, Point)>> = BTreeMap::new();
        for (j, row) in self.cells.chunks(CELLS).enumerate() {
            let mut first = 0;
            for run in row.chunk_by(|a, b| a == b) {
                let last = first + run.len();
                let corners =
                    (self.window.at(edge(first), edge(j)), self.window.at(edge(last), edge(j + 1)));
                let colour = run[0].map_or(NOWHERE, |(root, steps)| shade(root, steps));
                areas.entry(colour).or_default().push(corners);
                first = last;
            }
        }
        for (colour, areas) in &areas {
            frame.rectangles(areas, *colour, 1.0);
        }
        frame.marks(self.roots.iter().copied(), Mark::Pin(6.0));
        frame.finish();
        let mut legend = Legend::default();
        for (k, (x, y)) in self.roots.iter().enumerate().take(LISTED) {
            let place = format!("({}, {})", coordinate(*x), coordinate(*y));
            legend.add(Key::Patch(shade(k, 3), 1.0), place);
        }
        if self.roots.len() > LISTED {
            legend.add(Key::Space, format!("and {} more roots", self.roots.len() - LISTED));
        }
        if self.cells.contains(&None) {
            legend.add(Key::Patch(NOWHERE, 1.0), "no root in the box");
        }
        beside(canvas, area, &legend);
    }
}

/// Four decimals, so that roots stand in columns; powers of ten where those would say nothing.
fn coordinate(x: f64) -> String {
    let told = x == 0.0 || (1e-3..1e5).contains(&x.abs());
    // Adding zero turns -0 into 0.
    if told { format!("{:.4}", x + 0.0) } else { axis::short(x) }
}

fn shade(root: usize, steps: usize) -> Colour {
    let Colour(r, g, b) = COLOURS[root % COLOURS.len()];
    let light = 1.0 - 0.75 * (steps as f64 / STEPS as f64).sqrt();
    let part = |c: u8| (f64::from(c) * light).round() as u8;
    Colour(part(r), part(g), part(b))
}
