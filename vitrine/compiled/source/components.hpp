// Connected components of an undirected graph.
#pragma once

#include <numeric>
#include <vector>

#include "arrays.hpp"

namespace vitrine {

// The component of each of `count` nodes, numbered in the order of their first nodes, and how many there are.
// Edge i joins nodes `one[i]` and `other[i]`.
inline py::tuple connected_components(std::int32_t count, const Ints& one, const Ints& other) {
    const py::ssize_t edges = one.shape(0);
    const std::int32_t* a = rows_of(one, edges, 1, "one");
    const std::int32_t* b = rows_of(other, edges, 1, "other");
    for (py::ssize_t i = 0; i < edges; ++i) {
        if (a[i] < 0 || a[i] >= count || b[i] < 0 || b[i] >= count) {
            throw py::value_error("edge " + std::to_string(i) + " has a node outside of 0 to " +
                                  std::to_string(count - 1));
        }
    }
    Ints labels(count);
    std::int32_t* label = labels.mutable_data();
    std::int32_t found = 0;
    {
        py::gil_scoped_release release;
        // Each node points to one with a lower number of its component, the first node to itself.
        std::vector<std::int32_t> parent(count);
        std::iota(parent.begin(), parent.end(), 0);
        const auto root = [&](std::int32_t node) {
            while (parent[node] != node) {
                node = parent[node] = parent[parent[node]];
            }
            return node;
        };
        for (py::ssize_t i = 0; i < edges; ++i) {
            const std::int32_t first = root(a[i]), second = root(b[i]);
            parent[std::max(first, second)] = std::min(first, second);
        }
        for (std::int32_t node = 0; node < count; ++node) {
            label[node] = parent[node] == node ? found++ : label[parent[node]];
        }
    }
    return py::make_tuple(labels, found);
}

}  // namespace vitrine
