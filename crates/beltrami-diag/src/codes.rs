//! The list of all codes; adding one is a line here and a page in `codes/`.
//!
//! `E01` syntax, `E02` shapes and types, `E03` names, `E04` derivative not available, `E05` checks and domain,
//! `E06` data, `E07` command line; `W01` warnings.

use crate::Code;

macro_rules! codes {
    ($($id:ident $slug:literal $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $id: Code = Code {
                id: stringify!($id),
                slug: $slug,
                title: $title,
                page: include_str!(concat!("../codes/", stringify!($id), ".md")),
            };
        )*

        /// Every code, in the order of their numbers, errors first.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

codes! {
    E0101 "unexpected-character" "unexpected character";
    E0102 "unexpected-token" "unexpected token";
    E0103 "unclosed-delimiter" "unclosed delimiter";
    E0104 "bad-literal" "unterminated or malformed number or text";
    E0105 "nested-too-deeply" "nested too deeply";
    E0106 "input-too-large" "input too large";
    E0107 "bad-declaration" "malformed declaration or binding";
    E0108 "repeated-operator" "two operators in a row";
    E0109 "leftover-input" "left-over input";
    E0110 "no-rate" "an equation where a rate of change is needed, or the other way round";

    E0201 "not-square" "a square matrix is needed";
    E0202 "unequal-shapes" "shapes must be equal";
    E0203 "shape-mismatch" "cannot multiply";
    E0204 "wrong-kind" "scalar, vector or matrix expected";
    E0205 "size-not-inferred" "size cannot be inferred";
    E0206 "wrong-argument-count" "wrong number of arguments";
    E0207 "bad-size-or-index" "bad size expression or index out of range";
    E0208 "structure-needed" "structure needed";
    E0209 "conflicting-sizes" "conflicting sizes inferred";
    E0210 "division-by-non-scalar" "division by a non-scalar";
    E0211 "unequal-counts" "as many equations as unknowns are needed";

    E0301 "unknown-function" "unknown function";
    E0302 "unknown-variable" "unknown variable";
    E0303 "declared-twice" "declared twice";
    E0304 "reserved-name" "reserved name";

    E0401 "derivative-not-available" "derivative not available";
    E0403 "no-such-form" "no such form";

    E0501 "check-failed" "the check failed";
    E0502 "no-point-in-domain" "no point of the domain found";
    E0503 "not-finite-here" "value not finite here";
    E0504 "too-large-to-check" "too large to check";
    E0505 "condition-fails-here" "a condition of the derivative fails here";

    E0601 "missing-data" "missing data";
    E0602 "data-shape" "data has the wrong shape";
    E0603 "cannot-read-file" "cannot read file";
    E0604 "data-structure" "data not of the declared structure";
    E0605 "data-not-finite" "data not finite";
    E0606 "ambiguous-table" "table with several meanings";
    E0607 "missing-value" "missing value";

    E0701 "bad-option-value" "bad option value";
    E0702 "option-combination" "options that exclude each other";
    E0703 "cannot-write-output" "cannot write output";

    E0801 "stopped" "stopped";

    W0101 "not-differentiable-somewhere" "not differentiable somewhere";
    W0102 "second-order-caveat" "second derivative holds only away from kinks";
    W0103 "simplification-left-out" "a simplification failed its check and was left out";
    W0104 "other-form" "shown in another form than asked for";
    W0105 "unused-declaration" "declared name does not occur";
    W0106 "plan-left-out" "a compiled plan differed from the evaluator and was left out";
    W0107 "plan-not-compared" "a compiled plan could not be compared with the evaluator";
    W0108 "read-otherwise" "read otherwise than it may be meant";
    W0109 "compared-with-zeros" "a derivative was compared with zeros alone";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ordered_and_unique() {
        for pair in ALL.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for code in ALL {
            let same_slug = ALL.iter().filter(|other| other.slug == code.slug);
            assert_eq!(same_slug.count(), 1, "{}", code.slug);
        }
    }

    #[test]
    fn every_page_has_its_heading_an_example_and_a_remedy() {
        for code in ALL {
            let heading = format!("# {}: {}\n", code.id, code.title);
            assert!(code.page.starts_with(&heading), "{}", code.id);
            assert!(code.page.contains("## Example\n"), "{}", code.id);
            assert!(code.page.contains("## What to do\n"), "{}", code.id);
            assert!(code.page.contains("\n```"), "{}", code.id);
            assert!(code.page.lines().count() >= 10, "{}", code.id);
        }
    }

    #[test]
    fn codes_are_found_by_number_and_by_slug() {
        assert_eq!(Code::find("e0203"), Some(&E0203));
        assert_eq!(Code::find("not-square"), Some(&E0201));
        assert_eq!(Code::find("E9999"), None);
    }
}
