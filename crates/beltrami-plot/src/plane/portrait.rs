//! Phase portraits.

use beltrami::Equations;
use beltrami::critical::{Class, CriticalPoint};
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::All;

use super::glyph::ORDER;
use super::isoline::Grid;
use super::streamline::Flow;
use super::unproved::Unproved;
use super::{SIZE, Window, beside, framed, sheet, vector};
use crate::{Canvas, Colour, Key, Legend, Mark, Picture, PlotError, Point, Stroke};

/// The plane of an autonomous system: curves along the flow, both nullclines, the critical points with their
/// eigenvectors, and the curves into and out of the saddles.
pub struct Portrait {
    /// The names of both unknowns.
    pub names: Vec<String>,
    /// What stands above it.
    pub title: String,
    /// What is shown.
    pub window: Window,
    /// Trajectories, in the order of time.
    pub curves: Vec<Vec<Point>>,
    /// Where the first unknown is at rest, and where the second is.
    pub nullclines: [Vec<Vec<Point>>; 2],
    /// The curves into and out of saddles.
    pub separatrices: Vec<Vec<Point>>,
    /// Pieces of lines along real eigenvectors.
    pub eigenvectors: Vec<[Point; 2]>,
    /// Critical points with their classes.
    pub points: Vec<(Point, Class)>,
    /// What is not proved.
    pub unproved: Unproved,
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
    ) -> Result<Portrait, PlotError> {
        let window = Window::new(region)?;
        let nullclines = [0, 1].map(|k| {
            let mut f = |p: Point| {
                let (u, v) = vector(equations, p);
                if k == 0 { u } else { v }
            };
            Grid::new(window, CELLS, &mut f).isoline(0.0, &mut f)
        });
        let mut flow = Flow { window, field: |p: Point| vector(equations, p) };
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
        Ok(Portrait {
            title: equations
                .texts
                .iter()
                .zip(&equations.names)
                .map(|(text, name)| format!("d{name}/dt = {text}"))
                .collect::<Vec<_>>()
                .join(", "),
            names: equations.names.clone(),
            window,
            curves,
            nullclines,
            separatrices,
            eigenvectors,
            points: points.iter().map(|p| ((p.x[0], p.x[1]), p.class)).collect(),
            unproved,
        })
    }
}

impl Picture for Portrait {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw(&self, canvas: &mut Canvas) {
        let area = sheet(canvas, &self.title);
        let mut frame = framed(canvas, area, self.window, &self.names);
        frame.lines(self.curves.iter().map(|curve| &curve[..]), TRAJECTORY);
        for tip in self.curves.iter().filter_map(|curve| self.arrow(curve)) {
            frame.polygon(&tip, TRAJECTORY.colour, 1.0);
        }
        for (lines, stroke) in self.nullclines.iter().zip(NULLCLINES) {
            frame.lines(lines.iter().map(|line| &line[..]), stroke);
        }
        frame.lines(self.separatrices.iter().map(|curve| &curve[..]), SEPARATRIX);
        frame.lines(self.eigenvectors.iter().map(|line| &line[..]), EIGENVECTOR);
        self.unproved.draw(&mut frame);
        for (at, class) in &self.points {
            frame.marks([*at], Mark::Class(*class));
        }
        frame.finish();
        let mut legend = Legend::default();
        legend.add(Key::Line(TRAJECTORY), "trajectories");
        for (name, stroke) in self.names.iter().zip(NULLCLINES) {
            legend.add(Key::Line(stroke), format!("nullcline d{name}/dt = 0"));
        }
        if !self.separatrices.is_empty() {
            legend.add(Key::Line(SEPARATRIX), "separatrices");
        }
        if !self.eigenvectors.is_empty() {
            legend.add(Key::Line(EIGENVECTOR), "eigenvectors");
        }
        classes(&mut legend, &self.points, &self.unproved);
        beside(canvas, area, &legend);
    }
}

const TRAJECTORY: Stroke = Stroke::new(Colour(150, 150, 150), 1.0);
const NULLCLINES: [Stroke; 2] = [Stroke::new(Colour::BLUE, 2.0), Stroke::new(Colour::ORANGE, 2.0)];
const SEPARATRIX: Stroke = Stroke::new(Colour::VERMILION, 2.0);
const EIGENVECTOR: Stroke = Stroke::new(Colour::PURPLE, 4.0);

/// A line of the legend for each class that occurs.
pub(super) fn classes(legend: &mut Legend, points: &[(Point, Class)], unproved: &Unproved) {
    for class in ORDER {
        if points.iter().any(|(_, found)| *found == class) {
            legend.add(Key::Mark(Mark::Class(class)), class.name());
        }
    }
    unproved.explained(legend);
    if points.is_empty() && unproved.is_nothing() {
        legend.add(Key::Mark(Mark::Disc(3.0, Colour::GREY)), "no critical point here");
    }
}

impl Portrait {
    /// The head of an arrow in the middle of a curve.
    fn arrow(&self, curve: &[Point]) -> Option<Vec<Point>> {
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
