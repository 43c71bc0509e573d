//! Contour maps of scalar fields.

use beltrami::Equations;
use beltrami::critical::{Class, CriticalPoint};
use beltrami::linalg::Interval;
use beltrami::solve::roots::All;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::glyph::Glyph;
use super::isoline::Grid;
use super::portrait::classes;
use super::unproved::{Unproved, mark};
use super::{GREY, Legend, P, SIZE, Trouble, VERMILION, Window, framed};
use crate::plot::{Picture, axis};

/// Lines of equal value of a field, with its critical points; the lines through saddles stand out.
pub struct Contours {
    names: Vec<String>,
    window: Window,
    levels: Vec<(f64, Vec<[P; 2]>)>,
    through_saddles: Vec<[P; 2]>,
    points: Vec<(P, Class)>,
    unproved: Unproved,
}

/// Squares along each side of the grid.
const CELLS: usize = 240;
/// Lines.
const LEVELS: usize = 18;
/// Saddles whose lines are drawn; more would hide the map.
const SADDLES: usize = 12;

impl Contours {
    /// The geometry of the picture.
    pub fn new(
        equations: &mut Equations,
        region: &[Interval],
        points: &[CriticalPoint],
        all: &All,
    ) -> Contours {
        let window = Window::new(region);
        let unproved = Unproved::new(equations, window, all);
        let tape = equations.field.as_ref();
        let mut memory = tape.map(|tape| tape.memory::<f64>());
        let mut f = |p: P| match (tape, &mut memory) {
            (Some(tape), Some(memory)) => {
                let mut out = [0.0];
                tape.run(&[p.0, p.1], memory, &mut out);
                out[0]
            }
            _ => f64::NAN,
        };
        let grid = Grid::new(window, CELLS, &mut f);
        let sorted = grid.sorted();
        // Equal areas between lines show flat and steep parts alike.
        let level = |k: usize| {
            let place = (k as f64 + 0.5) / LEVELS as f64 * sorted.len() as f64;
            sorted.get(place as usize).copied()
        };
        let levels = (0..LEVELS)
            .filter_map(level)
            .map(|level| (level, grid.isoline(level, &mut f)))
            .collect();
        let saddles = points.iter().filter(|p| p.class == Class::Saddle).take(SADDLES);
        let heights: Vec<f64> = saddles.map(|p| f((p.x[0], p.x[1]))).collect();
        let through_saddles =
            heights.into_iter().flat_map(|level| grid.isoline(level, &mut f)).collect();
        Contours {
            names: equations.names.clone(),
            window,
            levels,
            through_saddles,
            points: points.iter().map(|p| ((p.x[0], p.x[1]), p.class)).collect(),
            unproved,
        }
    }
}

impl Picture for Contours {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (mut chart, side) =
            framed(area, "critical points of a scalar field", self.window, &self.names)?;
        let colour = |k: usize| shade(k as f64 / (self.levels.len().max(2) - 1) as f64);
        for (k, (_, pieces)) in self.levels.iter().enumerate() {
            chart.draw_series(
                pieces.iter().map(|piece| PathElement::new(*piece, colour(k).stroke_width(1))),
            )?;
        }
        chart.draw_series(
            self.through_saddles
                .iter()
                .map(|piece| PathElement::new(*piece, VERMILION.stroke_width(2))),
        )?;
        let unproved = &self.unproved;
        chart.draw_series(unproved.curve.iter().map(|at| Circle::new(*at, 3, BLACK.filled())))?;
        chart.draw_series(unproved.open.iter().map(|at| mark(*at)))?;
        chart
            .draw_series(self.points.iter().map(|(at, class)| Glyph { at: *at, class: *class }))?;
        let mut legend = Legend::new(&side);
        classes(&mut legend, &self.points, &self.unproved)?;
        if !self.through_saddles.is_empty() {
            legend.line(VERMILION.stroke_width(2), "levels of saddles")?;
        }
        legend.line(TRANSPARENT.into(), "levels, high to low:")?;
        for (k, (level, _)) in self.levels.iter().enumerate().rev().step_by(3) {
            legend.line(colour(k).stroke_width(3), &axis::short(level))?;
        }
        legend.line(GREY.mix(0.0).into(), "")
    }
}

/// From dark blue to light green, darker being lower for any colour vision (the map viridis, its light end left out).
fn shade(t: f64) -> RGBColor {
    const STOPS: [(f64, f64, f64); 4] =
        [(68.0, 1.0, 84.0), (59.0, 82.0, 139.0), (33.0, 145.0, 140.0), (94.0, 201.0, 98.0)];
    let place = t.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let k = (place as usize).min(STOPS.len() - 2);
    let part = place - k as f64;
    let mix = |a: f64, b: f64| (a + part * (b - a)).round() as u8;
    let (a, b) = (STOPS[k], STOPS[k + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
