//! What a search for all roots in a box says, whatever they are roots of.

use beltrami::diag::{Hint, Setting};
use beltrami::engine::solve::roots::{self, All};
use serde::Serialize;

use crate::Note;

/// A search of a box.
#[derive(Clone, Debug, Serialize)]
pub struct Search {
    /// Whether all of the box was decided, but for the parts below.
    pub complete: bool,
    /// Parts of which nothing is proved.
    pub undecided: Vec<Undecided>,
    /// Boxes that were looked at.
    pub boxes: usize,
    /// Whether the time ended it.
    pub late: bool,
    /// Whether its reader ended it.
    #[serde(skip)]
    pub stopped: bool,
    #[serde(skip)]
    certified: usize,
}

/// A part of the box of which nothing is proved.
#[derive(Clone, Debug, Serialize)]
pub struct Undecided {
    /// Its sides.
    #[serde(rename = "box")]
    pub sides: Vec<[f64; 2]>,
    /// The least singular value of the Jacobian there.
    pub sigma_min: f64,
    /// Whether the Jacobian is singular nearby.
    pub singular: bool,
    /// Its middle.
    pub near: Vec<f64>,
    /// The size of the equations there.
    pub residual: f64,
    /// The boxes that make it up.
    pub boxes: usize,
    /// Whether roots seem to form a continuum.
    pub extended: bool,
}

impl Search {
    /// What a search found; `late` where the time ended it, `stopped` where its reader did.
    pub(crate) fn new(all: &All, late: bool, stopped: bool) -> Search {
        Search {
            complete: all.complete,
            undecided: all.undecided.iter().map(Undecided::new).collect(),
            boxes: all.boxes,
            late,
            stopped,
            certified: all.roots.len(),
        }
    }

    /// What is said beside the roots.
    pub(crate) fn notes(&self, names: &[String]) -> Vec<Note<'static>> {
        /// More are counted, and stand in the object.
        const SHOWN: usize = 20;
        let shown = self.undecided.iter().take(SHOWN);
        let mut notes: Vec<Note<'static>> =
            shown.map(|part| Note::Line(part.text(names))).collect();
        if let Some(more) = self.undecided.len().checked_sub(SHOWN + 1) {
            let more = Hint::from(format!("undecided: {} more; `", more + 1));
            notes.push(Note::Remark(more.and(Hint::with("{}` lists all", [Setting::Json]))));
        }
        notes.push(Note::Remark(self.verdict()));
        notes
    }

    fn verdict(&self) -> Hint {
        if self.complete {
            let but = match self.undecided.len() {
                0 => "complete".to_owned(),
                1 => "complete but for 1 undecided part".to_owned(),
                count => format!("complete but for {count} undecided parts"),
            };
            return Hint::from(format!(
                "{but}: {} certified, none in the rest of the box ({})",
                self.certified,
                boxes(self.boxes)
            ));
        }
        let why = if self.stopped {
            Hint::from("it was stopped; these are the results so far")
        } else if self.late {
            Hint::with("the time is used up; raise `{}`, or take a smaller box", [Setting::Seconds])
        } else {
            Hint::with("raise `{}`, or take a smaller box", [Setting::Boxes])
        };
        Hint::from(format!(
            "not complete: {} certified when the search ended after {} boxes; there may be more: ",
            self.certified, self.boxes
        ))
        .and(why)
    }
}

impl Undecided {
    fn new(part: &roots::Undecided) -> Undecided {
        Undecided {
            sides: part.hull.iter().map(|side| [side.lo, side.hi]).collect(),
            sigma_min: part.sigma_min,
            singular: part.singular,
            near: part.middle.clone(),
            residual: part.residual,
            boxes: part.boxes,
            extended: part.extended,
        }
    }

    fn text(&self, names: &[String]) -> String {
        let sides = self.sides.iter().zip(names);
        let sides: Vec<String> = sides
            .map(|([lo, hi], name)| format!("{name} in [{}, {}]", shown(*lo), shown(*hi)))
            .collect();
        let what = if self.extended {
            "a continuum of roots, or nearly: degenerate"
        } else if self.singular {
            "a multiple root, or several close together, or none: the Jacobian is singular nearby"
        } else {
            "roots are neither proved nor excluded"
        };
        format!(
            "undecided: {}; {what} (smallest singular value {:.1e}, {})",
            sides.join(", "),
            self.sigma_min,
            boxes(self.boxes)
        )
    }
}

fn boxes(count: usize) -> String {
    format!("{count} box{}", if count == 1 { "" } else { "es" })
}

/// All digits of a number, with an exponent where zeros would outnumber them.
pub(crate) fn shown(x: f64) -> String {
    if x == 0.0 || (1e-5..1e15).contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}
