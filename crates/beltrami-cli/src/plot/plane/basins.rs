//! Which root Newton's method reaches from where.

use beltrami::diag::codes;
use beltrami::linalg::Interval;
use beltrami::solve::roots::{All, System};
use beltrami::{Equations, Failure};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{
    BLUE, GREEN, Legend, ORANGE, P, PURPLE, SIZE, SKY, Trouble, VERMILION, Window, YELLOW, framed,
};
use crate::plot::{GREY, Picture};
use crate::report::refusal;

/// The basins of Newton's method: a colour for each root, darker where it takes longer.
pub struct Basins {
    names: Vec<String>,
    window: Window,
    roots: Vec<P>,
    /// For each cell, row by row from the bottom, the root and the number of steps.
    cells: Vec<Option<(usize, usize)>>,
}

/// Cells along each side.
const CELLS: usize = 320;
/// Steps before a start is given up.
const STEPS: usize = 40;
/// Where the iteration reaches none.
const NOWHERE: RGBColor = RGBColor(225, 225, 225);
const COLOURS: [RGBColor; 7] = [BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW];

impl Basins {
    /// Iterates from the middle of every cell.
    pub fn new(
        equations: &mut Equations,
        region: &[Interval],
        all: &All,
    ) -> Result<Basins, Failure> {
        if region.len() != 2 {
            let message = format!("a picture shows two unknowns, and there are {}", region.len());
            let hint = "drop `--plot`; the text output holds the roots";
            return Err(refusal(&codes::E0702, message, Some(hint.into())));
        }
        let window = Window::new(region);
        let roots: Vec<P> = all.roots.iter().map(|r| r.point()).map(|x| (x[0], x[1])).collect();
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
    start: P,
    window: Window,
    roots: &[P],
) -> Option<(usize, usize)> {
    let (width, height) = window.size();
    let (mut x, mut f, mut j) = ([start.0, start.1], [0.0; 2], [0.0; 4]);
    for step in 0..STEPS {
        // Nearer than a thousandth of the window, Newton's method stays with the root.
        let near = |root: &P| ((x[0] - root.0) / width).hypot((x[1] - root.1) / height) < 1e-3;
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

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (mut chart, side) = framed(
            area,
            "which root Newton's method reaches, darker after more steps",
            self.window,
            &self.names,
        )?;
        let edge = |k: usize| k as f64 / CELLS as f64;
        for j in 0..CELLS {
            // Cells of one colour beside each other are one rectangle, which keeps the file small.
            let row = &self.cells[j * CELLS..(j + 1) * CELLS];
            let mut first = 0;
            while first < CELLS {
                let run = row[first..].iter().take_while(|cell| **cell == row[first]).count();
                let corners = [
                    self.window.at(edge(first), edge(j)),
                    self.window.at(edge(first + run), edge(j + 1)),
                ];
                let colour = row[first].map_or(NOWHERE, |(root, steps)| shade(root, steps));
                chart.draw_series([Rectangle::new(corners, colour.filled())])?;
                first += run;
            }
        }
        chart.draw_series(self.roots.iter().map(|at| Circle::new(*at, 6, BLACK.filled())))?;
        chart.draw_series(self.roots.iter().map(|at| Circle::new(*at, 3, WHITE.filled())))?;
        let mut legend = Legend::new(&side);
        for (k, (x, y)) in self.roots.iter().enumerate().take(24) {
            legend.patch(shade(k, 3), &format!("({x:.4}, {y:.4})"))?;
        }
        legend.patch(NOWHERE, "no root in the box")?;
        legend.line(GREY.mix(0.0).into(), "")
    }
}

fn shade(root: usize, steps: usize) -> RGBColor {
    let RGBColor(r, g, b) = COLOURS[root % COLOURS.len()];
    let light = 1.0 - 0.75 * (steps as f64 / STEPS as f64).sqrt();
    let part = |c: u8| (f64::from(c) * light).round() as u8;
    RGBColor(part(r), part(g), part(b))
}
