//! What there is no picture of is refused with a reason.

use beltrami_plot::{Basins, Canvas, CurvePlot, MapPlot, Picture, PlotError, Window, png, svg};

use crate::sample::{linearisation, region, searched};

struct Sized(u32, u32);

impl Picture for Sized {
    fn size(&self) -> (u32, u32) {
        (self.0, self.1)
    }

    fn draw(&self, _: &mut Canvas) {}
}

#[test]
fn other_numbers_of_dimensions_are_refused() {
    let line = region(&[(0.0, 3.0)]);
    let (mut equations, all) = searched("x - 1", "x", &line, false);
    let error = Basins::new(&mut equations, &line, &all).err().expect("one unknown");
    assert_eq!(error.to_string(), "a picture shows two unknowns, and there are 1");
    let space = linearisation("x; y; z", "x,y,z", &[1.0, 2.0, 3.0]);
    assert!(matches!(MapPlot::new(&space), Err(PlotError::Dimensions { found: 3, .. })));
    assert!(matches!(CurvePlot::new(&space, (0.0, 1.0)), Err(PlotError::Dimensions { .. })));
}

#[test]
fn windows_without_area_or_end_are_refused() {
    for sides in [[(0.0, 0.0), (0.0, 1.0)], [(0.0, f64::INFINITY), (0.0, 1.0)]] {
        assert_eq!(Window::new(&region(&sides)).err(), Some(PlotError::Window), "{sides:?}");
    }
}

#[test]
fn sizes_that_no_picture_has_are_refused() {
    for (width, height) in [(0, 10), (10, 0), (1 << 20, 10), (10, u32::MAX)] {
        let refused = Err(PlotError::Size { width, height });
        assert_eq!(svg(&Sized(width, height)).map(|_| ()), refused);
        assert_eq!(png(&Sized(width, height)).map(|_| ()), refused);
    }
    assert!(png(&Sized(1, 1)).is_ok());
}
