//! The Jacobian of a map at a point.

use beltrami::engine::linalg::{Extended, Matrix};
use beltrami::{Linearisation, Orientation};
use serde::Serialize;

use crate::{Answer, array, assumed};

/// The Jacobian, and what it says about the map nearby.
#[derive(Clone, Debug, Serialize)]
pub struct Jacobian {
    /// By rows.
    pub matrix: Vec<Vec<f64>>,
    /// Where it is square, and a double holds it.
    pub determinant: Option<f64>,
    /// -1, 0 or 1.
    pub determinant_sign: Option<i32>,
    /// Of the size of the determinant, where that is not 0.
    pub determinant_log10: Option<f64>,
    /// `preserved`, `reversed` or `degenerate`.
    pub orientation: Option<&'static str>,
    /// By how much lengths, areas or volumes grow, where a double holds it.
    pub volume_scale: Option<f64>,
    /// Whether errors of the entries leave it invertible.
    pub invertible: bool,
    /// By rows.
    pub inverse: Option<Vec<Vec<f64>>>,
    /// The value of the map.
    pub value: Vec<f64>,
    /// Largest first.
    pub singular_values: Vec<f64>,
    /// Rows and columns from 0, with the derivative there.
    pub formulas: Vec<(usize, usize, String)>,
    /// The variables.
    pub names: Vec<String>,
    /// What the façade found.
    #[serde(skip)]
    found: Facts,
}

/// What words need beside the numbers.
#[derive(Clone, Debug)]
struct Facts {
    matrix: Matrix,
    inverse: Option<Matrix>,
    determinant: Option<Extended>,
    scale: Option<Extended>,
    orientation: Option<Orientation>,
    assumed: Vec<String>,
}

impl Jacobian {
    /// The answer that a linearisation gives.
    pub fn new(found: &Linearisation) -> Jacobian {
        let (determinant, scale) = (found.determinant, found.volume_scale());
        let orientation = found.orientation();
        Jacobian {
            matrix: rows(&found.matrix),
            determinant: determinant.and_then(|det| det.value()),
            determinant_sign: determinant.map(|det| det.sign()),
            determinant_log10: determinant.map(|det| det.log10()).filter(|log| log.is_finite()),
            orientation: orientation.map(name),
            volume_scale: scale.and_then(|scale| scale.value()),
            invertible: found.is_invertible(),
            inverse: found.inverse.as_ref().map(rows),
            value: found.value.clone(),
            singular_values: found.singular_values.clone(),
            formulas: found.formulas.clone(),
            names: found.names.clone(),
            found: Facts {
                matrix: found.matrix.clone(),
                inverse: found.inverse.clone(),
                determinant,
                scale,
                orientation,
                assumed: found.assumed.clone(),
            },
        }
    }

    /// What follows, in words.
    fn verdict(&self) -> Vec<String> {
        let Facts { matrix, scale, orientation, .. } = &self.found;
        let n = matrix.cols();
        let measure =
            n.checked_sub(1).and_then(|n| ["lengths", "areas", "volumes"].get(n).copied());
        let measure = measure.unwrap_or("volumes");
        match (orientation, scale) {
            (Some(Orientation::Degenerate), Some(scale)) if scale.sign() != 0 => vec![
                "the Jacobian is singular to rounding: rounding errors of its entries could make it singular, so that it is undecided whether the inverse function theorem applies"
                    .to_owned(),
            ],
            (Some(Orientation::Degenerate), _) => vec![
                "the Jacobian is singular to rounding: the inverse function theorem does not apply"
                    .to_owned(),
            ],
            (Some(orientation), Some(scale)) => vec![
                format!(
                    "the orientation is {}; {measure} grow by {scale}, which is the factor of a change of variables in an integral",
                    name(*orientation)
                ),
                "by the inverse function theorem the map has a smooth inverse nearby, with the inverse matrix as its Jacobian"
                    .to_owned(),
            ],
            (None, Some(scale)) if n == 1 => {
                vec![format!("the tangent vector has length {scale}, the speed of the curve")]
            }
            (None, Some(scale)) => vec![format!("{measure} grow by {scale}")],
            _ => Vec::new(),
        }
    }
}

impl Answer for Jacobian {
    fn text(&self) -> String {
        let mut out = array::matrix(&self.found.matrix);
        if let Some(determinant) = self.found.determinant {
            out.push_str(&format!("determinant: {determinant}\n"));
        }
        let shown = |x: &f64| Extended::new(*x, 0).to_string();
        let stretch: Vec<String> = self.singular_values.iter().map(shown).collect();
        out.push_str(&format!("singular values: {}\n", stretch.join(", ")));
        if let Some(inverse) = &self.found.inverse {
            out.push_str(&format!("\ninverse:\n{}", array::matrix(inverse)));
        }
        out
    }

    fn remarks(&self) -> Vec<String> {
        self.verdict().into_iter().chain(assumed(&self.found.assumed)).collect()
    }
}

fn rows(m: &Matrix) -> Vec<Vec<f64>> {
    (0..m.rows()).map(|i| m.row(i).to_vec()).collect()
}

fn name(orientation: Orientation) -> &'static str {
    match orientation {
        Orientation::Preserved => "preserved",
        Orientation::Reversed => "reversed",
        Orientation::Degenerate => "degenerate",
    }
}
