//! A mark for each class of critical points, told apart by shape and not by colour alone.

use beltrami::critical::Class;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};

/// A mark at a point of a chart, or of a legend.
pub struct Glyph<C> {
    pub at: C,
    pub class: Class,
}

/// Half the width of a mark, in pixels.
const R: i32 = 8;

impl<'a, C: 'a> PointCollection<'a, C> for &'a Glyph<C> {
    type Point = &'a C;
    type IntoIter = std::iter::Once<&'a C>;
    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<C, B: DrawingBackend> Drawable<B> for Glyph<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let Some((x, y)) = points.next() else { return Ok(()) };
        let square: Vec<BackendCoord> =
            vec![(x, y - R - 2), (x + R + 2, y), (x, y + R + 2), (x - R - 2, y)];
        let edge = BLACK.stroke_width(2);
        let outline = |points: &[BackendCoord], backend: &mut B| {
            let closed = points.iter().chain(points.first()).copied();
            backend.draw_path(closed, &edge)
        };
        match self.class {
            Class::StableNode => backend.draw_circle((x, y), R as u32, &BLACK.filled(), true),
            Class::UnstableNode => {
                backend.draw_circle((x, y), R as u32, &WHITE.filled(), true)?;
                backend.draw_circle((x, y), R as u32, &edge, false)
            }
            Class::StableSpiral => backend.fill_polygon(square, &BLACK.filled()),
            Class::UnstableSpiral => {
                backend.fill_polygon(square.clone(), &WHITE.filled())?;
                outline(&square, backend)
            }
            Class::Saddle => {
                backend.draw_circle((x, y), R as u32, &WHITE.filled(), true)?;
                let half = (0..=16).map(|k| {
                    let angle = std::f64::consts::PI * (0.5 + f64::from(k) / 16.0);
                    let (c, s) = (f64::from(R) * angle.cos(), f64::from(R) * angle.sin());
                    (x + c.round() as i32, y + s.round() as i32)
                });
                backend.fill_polygon(half, &BLACK.filled())?;
                backend.draw_circle((x, y), R as u32, &edge, false)
            }
            Class::Centre => {
                backend.draw_circle((x, y), R as u32, &WHITE.filled(), true)?;
                backend.draw_circle((x, y), R as u32, &edge, false)?;
                backend.draw_circle((x, y), 3, &BLACK.filled(), true)
            }
            Class::Degenerate => {
                backend.draw_path([(x - R, y - R), (x + R, y + R)], &BLACK.stroke_width(3))?;
                backend.draw_path([(x - R, y + R), (x + R, y - R)], &BLACK.stroke_width(3))
            }
            Class::Minimum => {
                let down = vec![(x - R, y - R + 2), (x + R, y - R + 2), (x, y + R + 1)];
                backend.fill_polygon(down, &BLACK.filled())
            }
            Class::Maximum => {
                let up = vec![(x - R, y + R - 2), (x + R, y + R - 2), (x, y - R - 1)];
                backend.fill_polygon(up.clone(), &WHITE.filled())?;
                outline(&up, backend)
            }
        }
    }
}

/// The classes in the order of the legend.
pub const ORDER: [Class; 9] = [
    Class::StableNode,
    Class::UnstableNode,
    Class::StableSpiral,
    Class::UnstableSpiral,
    Class::Saddle,
    Class::Centre,
    Class::Minimum,
    Class::Maximum,
    Class::Degenerate,
];
