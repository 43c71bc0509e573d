//! All roots of a system in a box, and the critical points among them.

use beltrami_diag::{Diagnostic, Error, Sources, codes};
use beltrami_linalg::Interval;
use beltrami_solve::roots::{All, Limits, Root, Undecided, all_roots};
use beltrami_stop::Stop;

use crate::critical::{CriticalPoint, critical_points};
use crate::data::Given;
use crate::equations::{Compiled, Equations, SystemOptions};
use crate::problem::NAME;
use crate::session::Session;

/// What [`roots`] and [`critical`] search for, and how long.
#[derive(Clone, Debug)]
pub struct RootsOptions {
    /// The unknowns in the order of the box; all names without data where none are named.
    pub unknowns: Vec<String>,
    /// Declarations, as in `x: vector(n)`; unknowns are scalars unless something else is declared.
    pub declarations: String,
    /// Values of the other names.
    pub data: Vec<Given>,
    /// The most boxes that are looked at.
    pub boxes: usize,
    /// Sides of boxes below this part of the numbers in them are not halved any more.
    pub resolution: f64,
    /// The seed of the random points at which derivatives are compared.
    pub seed: u64,
    /// What ends the search; what was found is kept.
    pub stop: Stop,
}

impl Default for RootsOptions {
    fn default() -> RootsOptions {
        let Limits { boxes, resolution, .. } = Limits::default();
        RootsOptions {
            unknowns: Vec::new(),
            declarations: String::new(),
            data: Vec::new(),
            boxes,
            resolution,
            seed: 1,
            stop: Stop::default(),
        }
    }
}

/// All that is known of the roots in a box.
#[derive(Clone, Debug)]
pub struct RootsReport {
    /// The entries of the unknowns, in the order of coordinates.
    pub names: Vec<String>,
    /// The roots that are proved to exist, each alone in its box.
    pub roots: Vec<Root>,
    /// The parts of the box of which nothing is proved.
    pub undecided: Vec<Undecided>,
    /// Whether every other part of the box is proved to hold no root.
    pub complete: bool,
    /// The boxes that were looked at.
    pub boxes: usize,
    /// What was assumed about names.
    pub assumed: Vec<String>,
}

/// What [`critical`] searches for, and how long.
#[derive(Clone, Debug, Default)]
pub struct CriticalOptions {
    /// The search for the points.
    pub search: RootsOptions,
    /// Whether the text is a scalar whose gradient is meant, and not the components of a vector field.
    pub field: bool,
}

/// All that is known of the critical points in a box.
#[derive(Clone, Debug)]
pub struct CriticalReport {
    /// The points, each proved to exist, and what they are.
    pub points: Vec<CriticalPoint>,
    /// The search that found them.
    pub search: RootsReport,
}

/// All roots of a system of equations in a box, an interval for each entry of the unknowns.
///
/// Every root that is reported is proved to exist, and where the search is complete there are no others.
///
/// ```
/// use beltrami::{RootsOptions, roots};
///
/// let found = roots("x^2 - 2", &[(0.0, 2.0)], &RootsOptions::default())?;
/// assert!(found.complete);
/// assert!((found.roots[0].point()[0] - 2.0_f64.sqrt()).abs() <= found.roots[0].radius());
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// What is wrong with the text or the data, with its place; E0701 for an interval that is empty, E0602 for another number of
/// intervals than there are unknowns.
/// # References
/// Neumaier 1990, *Interval Methods for Systems of Equations*; Krawczyk 1969.
pub fn roots(
    text: &str,
    region: &[(f64, f64)],
    options: &RootsOptions,
) -> Result<RootsReport, Error> {
    let region = intervals(region)?;
    let asked = system(&region, options, false);
    let mut equations = Session::global().equations(NAME, text, &asked)?;
    let all = search(&mut equations, &region, options)?;
    Ok(report(equations, all))
}

/// All equilibria of an autonomous system in a box, or critical points of a scalar field, with what they are.
///
/// ```
/// use beltrami::critical::Class;
/// use beltrami::{CriticalOptions, critical};
///
/// let options = CriticalOptions { field: true, ..CriticalOptions::default() };
/// let found = critical("x^3 - 3*x + y^2", &[(-2.0, 2.0), (-1.0, 1.0)], &options)?;
/// let classes: Vec<Class> = found.points.iter().map(|point| point.class).collect();
/// assert_eq!(classes, [Class::Saddle, Class::Minimum]);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// Those of [`roots`], and E0204 for a field that is no scalar.
/// # References
/// Strogatz 2015, *Nonlinear Dynamics and Chaos*, chapters 5 and 6.
pub fn critical(
    text: &str,
    region: &[(f64, f64)],
    options: &CriticalOptions,
) -> Result<CriticalReport, Error> {
    let region = intervals(region)?;
    let asked = system(&region, &options.search, true);
    let session = Session::global();
    let mut equations = match options.field {
        true => session.gradient_equations(NAME, text, &asked)?,
        false => session.equations(NAME, text, &asked)?,
    };
    let all = search(&mut equations, &region, &options.search)?;
    let points = critical_points(&mut equations.compiled, &all, options.field);
    Ok(CriticalReport { points, search: report(equations, all) })
}

fn intervals(region: &[(f64, f64)]) -> Result<Vec<Interval>, Error> {
    let interval = |(lo, hi): &(f64, f64)| {
        if lo <= hi && !(lo == hi && lo.is_infinite()) {
            return Ok(Interval { lo: *lo, hi: *hi });
        }
        let message = format!("the box is empty: no number is between {lo} and {hi}");
        let diagnostic = Diagnostic::error(&codes::E0701, message).hint("the lower end first");
        Err(Error::refused(diagnostic, &Sources::new()))
    };
    region.iter().map(interval).collect()
}

fn system(region: &[Interval], options: &RootsOptions, rates: bool) -> SystemOptions {
    SystemOptions {
        unknowns: options.unknowns.clone(),
        declarations: options.declarations.clone(),
        data: options.data.clone(),
        entries: Some(region.len()).filter(|n| *n > 0),
        near: near(region),
        matrices: false,
        rates,
        seed: options.seed,
        stop: options.stop.clone(),
    }
}

/// Where the unknowns are expected, for the points at which derivatives are checked: in the finite part of the box.
fn near(region: &[Interval]) -> Vec<(f64, f64)> {
    /// Farther out values overflow.
    const FAR: f64 = 1e3;
    let ends = |side: &Interval| {
        if side.magnitude() <= FAR {
            return (side.lo, side.hi);
        }
        let (lo, hi) = (side.lo.clamp(-FAR, FAR), side.hi.clamp(-FAR, FAR));
        if lo < hi { (lo, hi) } else { (side.lo.max(f64::MIN), side.hi.min(f64::MAX)) }
    };
    region.iter().map(ends).collect()
}

fn search(
    equations: &mut Equations<Compiled>,
    region: &[Interval],
    options: &RootsOptions,
) -> Result<All, Error> {
    if region.len() != equations.names.len() {
        let names = equations.names.join(", ");
        let message = format!("the box has {} intervals for {names}", region.len());
        let diagnostic = Diagnostic::error(&codes::E0602, message).hint("one for each of them");
        return Err(Error::refused(diagnostic, &Sources::new()));
    }
    let limits = Limits {
        boxes: options.boxes,
        resolution: options.resolution,
        progress: &|_| !options.stop.is_wished(),
    };
    Ok(all_roots(&mut equations.compiled, region, &limits))
}

fn report(equations: Equations<Compiled>, all: All) -> RootsReport {
    let All { roots, undecided, complete, boxes } = all;
    let Equations { names, assumed, .. } = equations;
    RootsReport { names, roots, undecided, complete, boxes, assumed }
}
