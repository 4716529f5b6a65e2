// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"
#include "value/value.hpp"

// Messages, links, monitors and exit signals, with the meaning they have in Erlang.
//
// Everything that one process does to another is a fragment in the other's inlet, so all of it
// arrives in the order sent, and the receiver handles it on its own thread: in take_signals(),
// which it calls at polls that request::signals asks for, when its mailbox has no message for
// it, and before it waits.
//
// An exit signal travels as the list (:exit pid reason), a monitor's as (:down ref pid reason):
// to make it a message, only its tag changes.
//
// Links. link() of a process that is not linked takes a new number, keeps it and sends it; the
// other keeps it too, beside its own if it has just called link() as well. Two processes are
// linked while they have a number in common. unlink() forgets the numbers that it knows and
// sends them, to be forgotten: a number whose link signal is still on its way to the caller is a
// later link, which the unlink leaves alone. A number is sent once and never comes back, so both
// ends agree when all signals have arrived. An exit signal of a link counts only while there is
// a number, and takes all.

namespace lithe::heap {
struct Fragment;
}

namespace lithe::process {

class Process;
class ProcessTable;

/// Fragment::tag: what sort of thing arrives. `root` in brackets.
enum class Signal : u8 {
  message,    ///< [data]
  exit,       ///< sent by a program [(:exit pid reason)]
  link_exit,  ///< a linked process has ended, or there was none to link to [(:exit pid reason)]
  kill,       ///< ends any process [-]
  link,       ///< [number]
  unlink,     ///< [number]
  monitor,    ///< [number of the ref]
  demonitor,  ///< [number of the ref]
  down,       ///< [(:down ref pid reason)]
  reply,      ///< by the monitored process, which has forgotten the monitor [(:reply ref value)]
  reply_of_another,  ///< by any other [(:reply ref value)]
};

/// Hands an arrival (made for `target`) over and wakes the target. => false: it is not alive,
/// and the fragment still belongs to the caller.
bool deliver(ProcessTable& table, value::Value target, heap::Fragment* arrival);

/// Whether the runtime has room for messages: a sixteenth of what it may have stays for those who
/// are refused and handle that. Signals are not asked: an end must be told however little there is.
bool has_room_for_messages(const Process& self);

/// Copies and sends. A dead target is no error. => false: no memory for the copy. May collect.
bool send(ProcessTable& table, Process& self, value::Value target, value::Value message);

/// Both do nothing for a process itself, or if it is so already. A target that is not alive
/// sends the exit signal :noproc. => false: no memory for it, at either end; nothing has changed
/// for link, and unlink can be called again.
bool link(ProcessTable& table, Process& self, value::Value target);
bool unlink(ProcessTable& table, Process& self, value::Value target);

/// `ref`: ProcessTable::next_number. A target that is not alive is down with :noproc at once.
/// => false: no memory for it, at either end, and nothing has changed.
bool monitor(ProcessTable& table, Process& self, value::Value target, u64 ref);
/// => false: there was no such monitor (any more). No message of it comes after this call.
bool demonitor(ProcessTable& table, Process& self, u64 ref);

/// Answers a process that monitors somebody by `ref`: (:reply ref value) comes in place of (:down
/// ref pid reason), unless the monitor is gone when it arrives. Then nothing comes: whoever gives
/// up waiting and calls demonitor() hears no late answer.
/// => false: no memory for the copy.
bool reply(ProcessTable& table, Process& self, value::Value target, u64 ref, value::Value answer);

/// Makes the ends of a link or monitor at once, for a child that has not run yet.
void link_child(ProcessTable& table, Process& parent, Process& child);
void monitor_child(Process& parent, Process& child, u64 ref);

/// As (exit target reason). :kill ends any process, with reason :killed.
/// => false: not alive, or no memory for the copy of the reason.
bool send_exit(ProcessTable& table, Process& self, value::Value target, value::Value reason);
/// :kill from outside all processes. Any scheduler-side code may call it. => as send_exit.
bool send_kill(ProcessTable& table, Process& target);

/// => the setting before.
bool set_trap_exit(Process& self, bool on);

/// Handles everything that has arrived: messages go into the mailbox's list. => false: the
/// process is to end, for the reason in Process::exit_reason (request::kill is set).
/// May collect.
bool take_signals(ProcessTable& table, Process& self);

/// The end of a process: it leaves the table, its mailbox closes, and everybody who is linked
/// to it or monitors it hears `reason`, once. The record can be destroyed after. May collect.
void end_process(ProcessTable& table, Process& self, value::Value reason);

}  // namespace lithe::process
