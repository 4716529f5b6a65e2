// SPDX-License-Identifier: Apache-2.0
#include "process/mailbox.hpp"

#include "heap/fragment.hpp"

namespace lithe::process {

using heap::Fragment;

namespace {

/// The inlet's content once the mailbox is closed.
Fragment* const closed = reinterpret_cast<Fragment*>(1);

}  // namespace

Mailbox::~Mailbox() {
  Fragment* arrival = close();
  while (arrival != nullptr) {
    Fragment* next = arrival->next;
    heap::free_fragment(arrival);
    arrival = next;
  }
  // What the heap has adopted, it frees.
  for (Fragment* message = first_; message != nullptr;) {
    Fragment* next = message->next;
    if (!message->adopted) heap::free_fragment(message);
    message = next;
  }
}

Mailbox::Push Mailbox::push(Fragment* arrival) {
  Fragment* newest = inlet_.load(std::memory_order_relaxed);
  do {
    if (newest == closed) return Push::refused;
    arrival->next = newest;
    // Release: the owner sees the fragment's contents. Those below were released by their own
    // pushes, whose release sequences this continues.
  } while (!inlet_.compare_exchange_weak(newest, arrival, std::memory_order_release,
                                         std::memory_order_relaxed));
  return newest == nullptr ? Push::first : Push::queued;
}

Fragment* Mailbox::take_arrivals() {
  if (!has_arrivals()) return nullptr;
  Fragment* newest = inlet_.load(std::memory_order_relaxed);
  if (newest == closed) return nullptr;
  return reversed(inlet_.exchange(nullptr, std::memory_order_acquire));
}

Fragment* Mailbox::close() {
  Fragment* newest = inlet_.exchange(closed, std::memory_order_acquire);
  return newest == closed ? nullptr : reversed(newest);
}

Fragment* Mailbox::reversed(Fragment* newest) {
  Fragment* oldest = nullptr;
  while (newest != nullptr) {
    Fragment* before = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = before;
  }
  return oldest;
}

void Mailbox::append(Fragment* message) {
  message->next = nullptr;
  *last_ = message;
  last_ = &message->next;
}

void Mailbox::skip() {
  if (at_place() != nullptr) place_ = &(*place_)->next;
}

Fragment* Mailbox::take() {
  Fragment* message = at_place();
  if (message != nullptr) {
    *place_ = message->next;
    if (last_ == &message->next) last_ = place_;
  }
  place_ = nullptr;
  return message;
}

u64 Mailbox::count_messages() const {
  u64 count = 0;
  for (const Fragment* message = first_; message != nullptr; message = message->next) count++;
  const Fragment* arrival = inlet_.load(std::memory_order_acquire);
  if (arrival == closed) return count;
  for (; arrival != nullptr; arrival = arrival->next) count += arrival->tag == 0;
  return count;
}

}  // namespace lithe::process
