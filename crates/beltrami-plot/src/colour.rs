//! Colours, and the ones that pictures use.

use std::fmt::{Display, Formatter, Result};

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Of lines that come first.
    pub const BLUE: Colour = Colour(0, 114, 178);
    /// Of lines that come second.
    pub const VERMILION: Colour = Colour(213, 94, 0);
    /// The third.
    pub const GREEN: Colour = Colour(0, 158, 115);
    /// The fourth.
    pub const ORANGE: Colour = Colour(230, 159, 0);
    /// The fifth.
    pub const PURPLE: Colour = Colour(204, 121, 167);
    /// The sixth.
    pub const SKY: Colour = Colour(86, 180, 233);
    /// The seventh.
    pub const YELLOW: Colour = Colour(240, 228, 66);
    /// Of axes and borders.
    pub const GREY: Colour = Colour(110, 110, 110);
    /// Of lines that stay behind the others.
    pub const FAINT: Colour = Colour(165, 165, 165);
    /// Of grids.
    pub const GRID: Colour = Colour(222, 222, 222);
    /// Of letters.
    pub const BLACK: Colour = Colour(0, 0, 0);
    /// Of paper.
    pub const WHITE: Colour = Colour(255, 255, 255);
}

impl Display for Colour {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}
