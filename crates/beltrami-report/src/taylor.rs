//! A Taylor polynomial at a point.

use beltrami::{Expansion, Value};
use serde::Serialize;

use crate::{Answer, array, assumed};

/// The polynomial, and how far its derivatives were compared.
#[derive(Clone, Debug, Serialize)]
pub struct Taylor {
    /// In one variable, from the constant on.
    pub coefficients: Vec<f64>,
    /// At the point.
    pub value: f64,
    /// At the point.
    pub gradient: Vec<f64>,
    /// At the point, by rows.
    pub hessian: Option<Vec<Vec<f64>>>,
    /// As text.
    pub polynomial: String,
    /// Up to which it was asked for.
    pub order: usize,
    /// The point.
    pub at: Vec<f64>,
    /// The variables.
    pub names: Vec<String>,
    /// The comparison of first and second derivatives with symbolic ones.
    pub checked: Checked,
    /// The point as it was written.
    #[serde(skip)]
    pub place: String,
    /// Whether the expression has no value at the point, but this limit.
    #[serde(skip)]
    pub removable: bool,
    /// Coefficients that are no larger than rounding.
    #[serde(skip)]
    pub rounding: Vec<usize>,
    /// What was assumed about names.
    #[serde(skip)]
    pub assumed: Vec<String>,
}

/// How well derivatives agreed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Checked {
    /// The largest relative difference.
    pub max_rel_error: f64,
}

impl Taylor {
    /// The answer that an expansion gives; `place` is the point as it was written.
    pub fn new(found: &Expansion, place: &str) -> Taylor {
        let hessian = found.hessian.as_ref();
        Taylor {
            coefficients: found.coefficients.clone(),
            value: found.value,
            gradient: found.gradient.clone(),
            hessian: hessian.map(|h| (0..h.rows()).map(|i| h.row(i).to_vec()).collect()),
            polynomial: found.polynomial.clone(),
            order: found.order,
            at: found.at.clone(),
            names: found.names.clone(),
            checked: Checked { max_rel_error: found.difference },
            place: place.to_owned(),
            removable: found.removable,
            rounding: found.rounding.clone(),
            assumed: found.assumed.clone(),
        }
    }
}

impl Answer for Taylor {
    fn text(&self) -> String {
        let mut out = self.polynomial.clone() + "\n";
        if self.coefficients.is_empty() {
            let n = self.gradient.len();
            let gradient = Value { axes: vec![1, n], entries: self.gradient.clone() };
            out.push_str(&format!("\ngradient:\n{}", array::text(&gradient)));
            if let Some(hessian) = &self.hessian {
                let value = Value { axes: vec![n, n], entries: hessian.concat() };
                out.push_str(&format!("\nHessian:\n{}", array::text(&value)));
            }
        } else {
            for (k, c) in self.coefficients.iter().enumerate() {
                out.push_str(&format!("c{k} = {c}\n"));
            }
        }
        out
    }

    fn remarks(&self) -> Vec<String> {
        let agreement = match self.checked.max_rel_error {
            0.0 => "exactly".to_owned(),
            difference => format!("to {difference:.0e}"),
        };
        let (order, place) = (self.order, &self.place);
        let mut remarks = vec![if self.removable {
            format!(
                "order {order} at {place}, where the expression has no value but this limit; beside it the derivative agrees with the symbolic one {agreement}"
            )
        } else {
            format!(
                "order {order} at {place}; first and second derivatives agree with symbolic ones {agreement}"
            )
        }];
        if !self.rounding.is_empty() {
            let names: Vec<String> = self.rounding.iter().map(|n| format!("c{n}")).collect();
            remarks.push(format!(
                "left out of the polynomial, since other rounding errors change them by as much as they are: {}",
                names.join(", ")
            ));
        }
        remarks.extend(assumed(&self.assumed));
        remarks
    }
}
