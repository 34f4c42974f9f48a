//! The same figures for Prometheus, in its text format. Nothing here names a channel, a peer or a person.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use kenes_node::Status;

use super::App;
use crate::api::ApiError;

pub(super) async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    let status = app.node.status().await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text(&status)))
}

fn text(status: &Status) -> String {
    let counters = &status.counters;
    let gauges = [
        ("peers", "Nodes connected.", status.peers.len() as u64),
        ("channels", "Channels carried.", status.channels.len() as u64),
        ("envelopes", "Envelopes stored.", status.envelopes),
        ("envelope_bytes", "Bytes of envelopes stored.", status.bytes),
        ("queued", "Envelopes of this home that no peer has acknowledged yet.", status.queued),
    ];
    let totals = [
        ("stored_total", "Envelopes stored since the start.", counters.stored),
        ("dropped_total", "Envelopes dropped since the start.", counters.dropped),
        ("damaged_total", "Envelopes that did not read back since the start.", status.damaged),
        ("frames_in_total", "Frames that came since the start.", counters.frames_in),
        ("frames_out_total", "Frames that went since the start.", counters.frames_out),
        ("bytes_in_total", "Bytes of frames that came since the start.", counters.bytes_in),
        ("bytes_out_total", "Bytes of frames that went since the start.", counters.bytes_out),
        ("banned_total", "Peers let go for what they did since the start.", counters.banned),
    ];
    let mut text = String::new();
    for (kind, rows) in [("gauge", &gauges[..]), ("counter", &totals[..])] {
        for (name, help, value) in rows {
            let _ = write!(text, "# HELP kenes_{name} {help}\n# TYPE kenes_{name} {kind}\nkenes_{name} {value}\n");
        }
    }
    let _ = writeln!(text, "# HELP kenes_refused_total Envelopes and peers refused since the start, by reason.");
    let _ = writeln!(text, "# TYPE kenes_refused_total counter");
    for (reason, count) in &counters.refused {
        let _ = writeln!(text, "kenes_refused_total{{reason=\"{}\"}} {count}", reason.name());
    }
    text
}
