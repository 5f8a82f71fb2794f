//! A failed call is not the end: the bank goes on or is started again, acknowledges more, and then the power fails.

use crate::crashes::{Density, Tally, cut_power};
use crate::errors::{During, EIO, ENOSPC, Fault, positions};
use crate::interposer::{Ground, Interposer};
use crate::record::Event;
use crate::workload::Workload;

/// What is tried: a sync that fails, a process that is started again; and a disk that is full for one write, a process
/// that goes on.
pub(crate) const FAULTS: [Fault; 2] = [
    Fault::Call { sync: true, errno: EIO, lasts: false, during: During::Work },
    Fault::Call { sync: false, errno: ENOSPC, lasts: false, during: During::Work },
];

/// Cuts the power all along what follows a fault, at so many of its positions. Returns how many positions that were.
pub(crate) fn cut_after(
    interposer: &Interposer,
    fault: Fault,
    count: usize,
    density: Density,
) -> Result<(usize, Tally), String> {
    let all = positions(interposer, fault)?;
    let chosen: Vec<usize> = (1..=all).step_by(all.div_ceil(count)).collect();
    let mut total = Tally::default();
    for position in &chosen {
        let ground = Ground::new().map_err(|e| e.to_string())?;
        let order = Some(fault.order(*position));
        let first = Workload { sessions: 2, blocks: 2, checkpoint_pages: 12, order, vanish: true, ..Workload::new() };
        interposer.run(&ground, &first)?;
        interposer.run(&ground, &Workload { seed: 2, vanish: true, ..Workload::new() })?;
        let events = ground.events()?;
        let struck = |e: &Event| matches!(e, Event::Fired(_));
        let struck = events.iter().position(struck).ok_or_else(|| format!("n = {position} did not strike"))?;
        let mut tally = cut_power(&events, struck, false, density)?;
        tally.examples.iter_mut().for_each(|words| *words = format!("n = {position}: {words}"));
        total.add(tally);
    }
    Ok((chosen.len(), total))
}
