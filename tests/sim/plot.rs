//! A drawing of curves over a logarithmic axis, as SVG; for documents.

/// Points by rising x.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDE: f64 = 480.0;
const HIGH: f64 = 240.0;
const EDGE: f64 = 48.0;
const DASHES: [&str; 3] = ["none", "6 3", "2 3"];

pub(crate) fn draw(title: &str, curves: &[Curve]) -> String {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let (least, most) = points().fold((f64::MAX, f64::MIN), |(least, most), (x, _)| (least.min(*x), most.max(*x)));
    let top = points().fold(1.0_f64, |top, (_, y)| top.max(*y)).ceil();
    let x = |at: f64| EDGE + (at / least).ln() / (most / least).ln().max(f64::MIN_POSITIVE) * (WIDE - 2.0 * EDGE);
    let y = |at: f64| HIGH - EDGE - at / top * (HIGH - 2.0 * EDGE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {HIGH}\" font-family=\"sans-serif\" \
         font-size=\"11\" fill=\"#777\" stroke-width=\"1.5\">\n<text x=\"{EDGE}\" y=\"20\">{title}</text>\n"
    );
    for level in 0..=top as u32 {
        let at = y(f64::from(level));
        svg += &format!(
            "<path d=\"M{EDGE} {at:.1}H{:.1}\" stroke=\"#7774\"/><text x=\"{:.1}\" y=\"{:.1}\">{level}</text>\n",
            WIDE - EDGE,
            EDGE - 16.0,
            at + 4.0
        );
    }
    for (nodes, _) in curves.first().into_iter().flat_map(|curve| &curve.points) {
        svg += &format!("<text x=\"{:.1}\" y=\"{:.1}\">{nodes} nodes</text>\n", x(*nodes) - 24.0, HIGH - EDGE + 18.0);
    }
    for (no, curve) in curves.iter().enumerate() {
        let path: Vec<String> =
            curve.points.iter().map(|(at, value)| format!("{:.1} {:.1}", x(*at), y(*value))).collect();
        let dash = DASHES[no % DASHES.len()];
        let below = HIGH - 8.0;
        let left = EDGE + 130.0 * no as f64;
        svg += &format!(
            "<path d=\"M{}\" fill=\"none\" stroke=\"#27c\" stroke-dasharray=\"{dash}\"/>\n\
             <path d=\"M{left:.1} {:.1}h24\" stroke=\"#27c\" stroke-dasharray=\"{dash}\"/>\
             <text x=\"{:.1}\" y=\"{below:.1}\">{}</text>\n",
            path.join("L"),
            below - 4.0,
            left + 30.0,
            curve.name
        );
    }
    svg + "</svg>\n"
}
