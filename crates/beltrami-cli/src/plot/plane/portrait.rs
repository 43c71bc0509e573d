//! Phase portraits.

use beltrami::Equations;
use beltrami::critical::{Class, CriticalPoint};
use beltrami::linalg::Interval;
use beltrami::solve::roots::All;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::glyph::{Glyph, ORDER};
use super::isoline::Grid;
use super::streamline::Flow;
use super::unproved::{Unproved, mark};
use super::{
    BLUE, GREY, Legend, ORANGE, P, PURPLE, SIZE, Trouble, VERMILION, Window, framed, vector,
};
use crate::plot::Picture;

/// The plane of an autonomous system: curves along the flow, both nullclines, the critical points with their
/// eigenvectors, and the curves into and out of the saddles.
pub struct Portrait {
    names: Vec<String>,
    title: String,
    window: Window,
    curves: Vec<Vec<P>>,
    nullclines: [Vec<[P; 2]>; 2],
    separatrices: Vec<Vec<P>>,
    eigenvectors: Vec<[P; 2]>,
    points: Vec<(P, Class)>,
    unproved: Unproved,
}

/// Squares along each side of the grid that finds nullclines.
const CELLS: usize = 240;

impl Portrait {
    /// The geometry of the picture.
    pub fn new(
        equations: &mut Equations,
        region: &[Interval],
        points: &[CriticalPoint],
        all: &All,
    ) -> Portrait {
        let window = Window::new(region);
        let nullclines = [0, 1].map(|k| {
            let mut f = |p: P| {
                let (u, v) = vector(equations, p);
                if k == 0 { u } else { v }
            };
            Grid::new(window, CELLS, &mut f).isoline(0.0, &mut f)
        });
        let mut flow = Flow { window, field: |p: P| vector(equations, p) };
        let curves = flow.evenly();
        let (width, height) = window.size();
        let (mut separatrices, mut eigenvectors) = (Vec::new(), Vec::new());
        for point in points {
            let at = (point.x[0], point.x[1]);
            for (value, v) in &point.vectors {
                let length = (v[0] / width).hypot(v[1] / height);
                let step = |size: f64| (at.0 + size / length * v[0], at.1 + size / length * v[1]);
                eigenvectors.push([step(-0.05), step(0.05)]);
                if point.class == Class::Saddle {
                    for side in [-2e-3, 2e-3] {
                        separatrices.push(flow.curve(step(side), value.signum(), |_| true));
                    }
                }
            }
        }
        let unproved = Unproved::new(equations, window, all);
        Portrait {
            title: equations
                .texts
                .iter()
                .zip(&equations.names)
                .map(|(text, name)| format!("d{name}/dt = {text}"))
                .collect::<Vec<_>>()
                .join(",   "),
            names: equations.names.clone(),
            window,
            curves,
            nullclines,
            separatrices,
            eigenvectors,
            points: points.iter().map(|p| ((p.x[0], p.x[1]), p.class)).collect(),
            unproved,
        }
    }
}

impl Picture for Portrait {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (mut chart, side) = framed(area, &self.title, self.window, &self.names)?;
        let pale = RGBColor(150, 150, 150);
        chart.draw_series(
            self.curves.iter().map(|curve| PathElement::new(curve.clone(), pale.stroke_width(1))),
        )?;
        chart.draw_series(
            self.curves
                .iter()
                .filter_map(|curve| self.arrow(curve))
                .map(|tip| Polygon::new(tip, pale)),
        )?;
        for (pieces, colour) in self.nullclines.iter().zip([BLUE, ORANGE]) {
            chart.draw_series(
                pieces.iter().map(|piece| PathElement::new(*piece, colour.stroke_width(2))),
            )?;
        }
        chart.draw_series(
            self.separatrices
                .iter()
                .map(|curve| PathElement::new(curve.clone(), VERMILION.stroke_width(2))),
        )?;
        chart.draw_series(
            self.eigenvectors.iter().map(|line| PathElement::new(*line, PURPLE.stroke_width(4))),
        )?;
        let unproved = &self.unproved;
        chart.draw_series(unproved.curve.iter().map(|at| Circle::new(*at, 3, BLACK.filled())))?;
        chart.draw_series(unproved.open.iter().map(|at| mark(*at)))?;
        chart
            .draw_series(self.points.iter().map(|(at, class)| Glyph { at: *at, class: *class }))?;
        let mut legend = Legend::new(&side);
        legend.line(pale.stroke_width(1), "trajectories")?;
        let names = &self.names;
        legend.line(BLUE.stroke_width(2), &format!("nullcline d{}/dt = 0", names[0]))?;
        legend.line(ORANGE.stroke_width(2), &format!("nullcline d{}/dt = 0", names[1]))?;
        if !self.separatrices.is_empty() {
            legend.line(VERMILION.stroke_width(2), "separatrices")?;
        }
        if !self.eigenvectors.is_empty() {
            legend.line(PURPLE.stroke_width(4), "eigenvectors")?;
        }
        classes(&mut legend, &self.points, &self.unproved)
    }
}

/// A line of the legend for each class that occurs.
pub(super) fn classes<B: DrawingBackend>(
    legend: &mut Legend<'_, B>,
    points: &[(P, Class)],
    unproved: &Unproved,
) -> Result<(), Trouble<B>> {
    for class in ORDER {
        if points.iter().any(|(_, found)| *found == class) {
            legend.area.draw(&Glyph { at: (20, legend.next), class })?;
            legend.text(class.name())?;
        }
    }
    unproved.explained(legend)?;
    if points.is_empty() && unproved.is_nothing() {
        legend.area.draw(&Circle::new((20, legend.next), 3, GREY.filled()))?;
        legend.text("no critical point here")?;
    }
    Ok(())
}

impl Portrait {
    /// The head of an arrow in the middle of a curve.
    fn arrow(&self, curve: &[P]) -> Option<Vec<P>> {
        let k = curve.len() / 2;
        let (a, b) = (*curve.get(k.checked_sub(1)?)?, *curve.get(k)?);
        let (width, height) = self.window.size();
        let (u, v) = ((b.0 - a.0) / width, (b.1 - a.1) / height);
        let length = u.hypot(v);
        if length == 0.0 {
            return None;
        }
        let (u, v) = (0.012 * u / length, 0.012 * v / length);
        let corner = |along: f64, across: f64| {
            (b.0 + (along * u - across * v) * width, b.1 + (along * v + across * u) * height)
        };
        Some(vec![corner(0.6, 0.0), corner(-0.6, 0.45), corner(-0.6, -0.45)])
    }
}
