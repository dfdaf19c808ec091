#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <utility>

namespace penjing {

// Keeps the values of the last few keys that were asked for. Values are shared: one that is in use outlives its
// eviction. Not thread-safe.
template <typename Key, typename Value>
class RecentCache {
public:
    explicit RecentCache(std::size_t capacity) : capacity_(capacity) {}

    // Null if the key is not there.
    std::shared_ptr<const Value> find(const Key& key) {
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
            if (entry->first != key)
                continue;
            entries_.splice(entries_.begin(), entries_, entry);
            return entry->second;
        }
        return nullptr;
    }

    // Precondition: the key is not there yet.
    std::shared_ptr<const Value> put(Key key, Value value) {
        entries_.emplace_front(std::move(key), std::make_shared<const Value>(std::move(value)));
        if (entries_.size() > capacity_)
            entries_.pop_back();
        return entries_.front().second;
    }

private:
    std::size_t capacity_;
    std::list<std::pair<Key, std::shared_ptr<const Value>>> entries_;
};

}  // namespace penjing
