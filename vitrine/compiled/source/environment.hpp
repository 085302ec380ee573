// Lookups in maps of directions, which are stored on an octahedron unfolded into a square.
#pragma once

#include <vector>

#include "arrays.hpp"
#include "vectors.hpp"

namespace vitrine {

struct Square {
    float u, v;  // 0…1
};

// The position of a unit vector on the unfolded octahedron.
inline Square octahedral(Vec3 direction) {
    const float sum = std::fabs(direction.x) + std::fabs(direction.y) + std::fabs(direction.z);
    float u = direction.x / sum, v = direction.z / sum;
    if (direction.y < 0) {
        const float folded = std::copysign(1 - std::fabs(v), u);
        v = std::copysign(1 - std::fabs(u), v);
        u = folded;
    }
    return {u * 0.5f + 0.5f, v * 0.5f + 0.5f};
}

// The corner of the cell that holds a point, and how far from it the point lies, in cells.
struct Cell {
    std::int64_t corner;
    float fx, fy;

    Cell(Square at, int cells) {
        const float x = at.u * static_cast<float>(cells), y = at.v * static_cast<float>(cells);
        const int column = std::min(std::max(static_cast<int>(x), 0), cells - 1);
        const int row = std::min(std::max(static_cast<int>(y), 0), cells - 1);
        corner = static_cast<std::int64_t>(row) * (cells + 1) + column;
        fx = x - static_cast<float>(column);
        fy = y - static_cast<float>(row);
    }
};

// Interpolates a map whose corners hold `Width` values each.
template <int Width>
float at_cell(const float* values, const Cell& cell, int cells, int k = 0) {
    const float* top = values + Width * cell.corner + k;
    const float* low = top + Width * (cells + 1);
    return mix(mix(top[0], top[Width], cell.fx), mix(low[0], low[Width], cell.fx), cell.fy);
}

// Light from all directions, filtered for matt and for glossy reflection; see `environment.py`.
class FilteredLight {
  public:
    FilteredLight(const Floats& diffuse, int diffuse_cells, const std::vector<Floats>& specular,
                  const std::vector<int>& specular_cells)
        : diffuse_(diffuse), diffuse_cells_(diffuse_cells), specular_(specular), cells_(specular_cells) {
        rows_of(diffuse, square(diffuse_cells), 2, "diffuse");
        if (specular.size() != specular_cells.size() || specular.size() < 2) {
            throw py::value_error("two or more specular maps are needed, and the cells of each");
        }
        for (std::size_t i = 0; i < specular.size(); ++i) {
            maps_.push_back(rows_of(specular_[i], square(cells_[i]), 1, "specular"));
        }
    }

    struct Diffuse {
        float key, others;
    };

    // What a white Lambertian surface reflects of the key light, and of the others.
    Diffuse diffuse(Vec3 normal) const {
        const Cell cell(octahedral(normal), diffuse_cells_);
        return {at_cell<2>(diffuse_.data(), cell, diffuse_cells_, 0),
                at_cell<2>(diffuse_.data(), cell, diffuse_cells_, 1)};
    }

    // The mean radiance in a GGX lobe around a mirror direction, for a perceptual roughness in 0…1.
    float specular(Vec3 direction, float roughness) const {
        const Square at = octahedral(direction);
        const int last = static_cast<int>(maps_.size()) - 1;
        const float position = roughness * static_cast<float>(last);
        const int level = std::min(std::max(static_cast<int>(position), 0), last - 1);
        const float low = at_cell<1>(maps_[level], Cell(at, cells_[level]), cells_[level]);
        const float fraction = position - static_cast<float>(level);
        if (fraction <= 0) {
            return low;
        }
        return mix(low, at_cell<1>(maps_[level + 1], Cell(at, cells_[level + 1]), cells_[level + 1]), fraction);
    }

  private:
    static py::ssize_t square(int cells) { return static_cast<py::ssize_t>(cells + 1) * (cells + 1); }

    Floats diffuse_;
    int diffuse_cells_;
    std::vector<Floats> specular_;
    std::vector<int> cells_;
    std::vector<const float*> maps_;
};

// `FilteredLight::diffuse` and `specular` for n directions, (n, 2) and (n,).
inline Floats diffuse_light(const FilteredLight& light, const Floats& normals) {
    const py::ssize_t count = normals.shape(0);
    const float* normal = rows_of(normals, count, 3, "normals");
    Floats result = floats(count, 2);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        const auto [key, others] = light.diffuse(Vec3::load(normal + 3 * i));
        out[2 * i] = key;
        out[2 * i + 1] = others;
    }
    return result;
}

inline Floats specular_light(const FilteredLight& light, const Floats& directions, const Floats& roughness) {
    const py::ssize_t count = directions.shape(0);
    const float* toward = rows_of(directions, count, 3, "directions");
    const float* rough = rows_of(roughness, count, 1, "roughness");
    Floats result = floats(count);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        out[i] = light.specular(Vec3::load(toward + 3 * i), rough[i]);
    }
    return result;
}

// A rotation from world space to the axes of the lights.
class Axes {
  public:
    explicit Axes(const Floats& axes) {
        const float* rows = rows_of(axes, 3, 3, "axes");
        for (int k = 0; k < 3; ++k) {
            axes_[k] = Vec3::load(rows + 3 * k);
        }
    }
    Vec3 local(Vec3 world) const { return {dot(axes_[0], world), dot(axes_[1], world), dot(axes_[2], world)}; }

  private:
    Vec3 axes_[3];
};

// Values of a map of `cells` along each side in n directions, (n,).
inline Floats sample_directions(const Floats& map, int cells, const Floats& directions) {
    const py::ssize_t count = directions.shape(0);
    const float* values = rows_of(map, static_cast<py::ssize_t>(cells + 1) * (cells + 1), 1, "map");
    const float* toward = rows_of(directions, count, 3, "directions");
    Floats result = floats(count);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        out[i] = at_cell<1>(values, Cell(octahedral(Vec3::load(toward + 3 * i)), cells), cells);
    }
    return result;
}

}  // namespace vitrine
