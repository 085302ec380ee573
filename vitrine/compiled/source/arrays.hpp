// numpy arrays as function arguments and results.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

namespace vitrine {

namespace py = pybind11;

// Arguments: a contiguous array of this type is read in place, any other one is converted first.
constexpr int CONVERTED = py::array::c_style | py::array::forcecast;
using Floats = py::array_t<float, CONVERTED>;
using Doubles = py::array_t<double, CONVERTED>;
using Ints = py::array_t<std::int32_t, CONVERTED>;
using Bytes = py::array_t<std::uint8_t, CONVERTED>;
using Bools = py::array_t<bool, CONVERTED>;

// The pointer to an array of `rows` by `width` values; throws ValueError where its shape differs.
template <typename Array>
auto rows_of(const Array& array, py::ssize_t rows, py::ssize_t width, const char* name) {
    const bool flat = width == 1 && array.ndim() == 1;
    const bool fits = flat || (array.ndim() == 2 && array.shape(1) == width);
    if (!fits || array.shape(0) != rows) {
        throw py::value_error(std::string(name) + " must have the shape (" + std::to_string(rows) + ", " +
                              std::to_string(width) + ")");
    }
    return array.data();
}

// The same for an argument that may be None: then a null pointer.
template <typename Array>
const typename Array::value_type* optional_rows_of(const py::object& object, Array& kept, py::ssize_t rows,
                                                   py::ssize_t width, const char* name) {
    if (object.is_none()) {
        return nullptr;
    }
    kept = Array::ensure(object);
    if (!kept) {
        throw py::error_already_set();
    }
    return rows_of(kept, rows, width, name);
}

inline Floats floats(py::ssize_t rows) { return Floats(rows); }
inline Floats floats(py::ssize_t rows, py::ssize_t width) { return Floats({rows, width}); }

}  // namespace vitrine
