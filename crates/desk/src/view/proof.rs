//! What a certificate proves to the owner of a home.

use kenes_core::book::Checkpoint;
use kenes_core::certificate::Proof;

/// What a home knows of the committee that a certificate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHome {
    /// Its owner belongs to it.
    Known,
    /// Its owner belongs to another, of the same name or one that looks like it.
    Namesake,
    /// Nothing.
    Unknown,
}

/// What a certificate proves, as far as this home can tell.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// What it proves.
    pub proof: Proof,
    /// The minutes that this home holds fast to.
    pub checkpoint: Option<Checkpoint>,
    /// What this home knows of the committee.
    pub home: AtHome,
}
