// From camera rays to light along them, and from light to the bytes of pixels.
#pragma once

#include "arrays.hpp"
#include "vectors.hpp"

namespace vitrine {

// Origins and directions, (n, 3) each, of the rays through image points (n, 2).
inline py::tuple camera_rays(const Floats& xy, const Floats& eye, const Floats& right, const Floats& up,
                             const Floats& forward, float half_extent, bool perspective) {
    const py::ssize_t count = xy.shape(0);
    const float* point = rows_of(xy, count, 2, "xy");
    const Vec3 from = Vec3::load(rows_of(eye, 3, 1, "eye"));
    const Vec3 across = Vec3::load(rows_of(right, 3, 1, "right"));
    const Vec3 upward = Vec3::load(rows_of(up, 3, 1, "up"));
    const Vec3 ahead = Vec3::load(rows_of(forward, 3, 1, "forward"));
    Floats origins = floats(count, 3), directions = floats(count, 3);
    float *origin = origins.mutable_data(), *direction = directions.mutable_data();
    {
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            const Vec3 offset = (across * point[2 * i] + upward * point[2 * i + 1]) * half_extent;
            (perspective ? from : offset + from).store(origin + 3 * i);
            (perspective ? offset + ahead : ahead).store(direction + 3 * i);
        }
    }
    return py::make_tuple(origins, directions);
}

// Linear colours (n, 3) compressed to below 1; the formula is described in `color_space.py`.
inline Floats tone_map(const Floats& light, float shoulder, float desaturation) {
    const py::ssize_t count = light.shape(0);
    const float* in = rows_of(light, count, 3, "light");
    const float room = 1 - shoulder;
    Floats result = floats(count, 3);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        const Vec3 color = Vec3::load(in + 3 * i);
        const float peak = color.largest();
        Vec3 mapped = color;
        if (peak > shoulder) {
            const float top = shoulder + room * (1 - std::exp(-(peak - shoulder) / room));
            const float white = 1 - 1 / (desaturation * (peak - top) + 1);
            const Vec3 scaled = color * (top / peak);
            mapped = scaled + (Vec3::all(top) - scaled) * white;
        }
        mapped.store(out + 3 * i);
    }
    return result;
}

// What rays have gathered: light, depth and normal of each, and how much light from behind still passes.
class Paths {
  public:
    Paths(py::ssize_t count, int channels)
        : count_(count), channels_(channels), light_(floats(count, 3)), transmittance_(floats(count, channels)),
          depth_(floats(count)), normal_(floats(count, 3)) {
        std::fill_n(light_.mutable_data(), light_.size(), 0.0f);
        std::fill_n(transmittance_.mutable_data(), transmittance_.size(), 1.0f);
        std::fill_n(depth_.mutable_data(), depth_.size(), INFINITY);
        std::fill_n(normal_.mutable_data(), normal_.size(), 0.0f);
    }

    // Adds what surfaces send along rays, behind what is there already, and weakens the light from behind
    // them. Returns whether more than `least` of it still passes, (n,).
    Bools add(const Ints& rays, const Floats& color, const Floats& alpha, const Floats& distance,
              const Floats& normals, const py::object& passed, float least) {
        const py::ssize_t count = rays.shape(0);
        const std::int32_t* ray = rays.data();
        const float* from = rows_of(color, count, 3, "color");
        const float* cover = rows_of(alpha, count, 1, "alpha");
        const float* at = rows_of(distance, count, 1, "distance");
        const float* toward = rows_of(normals, count, 3, "normals");
        Floats kept;
        const float* through = optional_rows_of(passed, kept, count, channels_, "passed");
        Bools result(count);
        bool* out = result.mutable_data();
        float *light = light_.mutable_data(), *transmittance = transmittance_.mutable_data();
        float *depth = depth_.mutable_data(), *normal = normal_.mutable_data();
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            const std::int64_t r = ray[i];
            if (r < 0 || r >= count_) {
                out[i] = false;
                continue;
            }
            float* left = transmittance + channels_ * r;
            float most = 0;
            for (int k = 0; k < 3; ++k) {
                light[3 * r + k] += from[3 * i + k] * (left[channels_ == 1 ? 0 : k] * cover[i]);
            }
            for (int k = 0; k < channels_; ++k) {
                left[k] *= 1 - cover[i] * (1 - (through ? through[channels_ * i + k] : 0.0f));
                most = std::max(most, left[k]);
            }
            if (cover[i] >= 0.5f && !std::isfinite(depth[r])) {
                depth[r] = at[i];
                std::copy_n(toward + 3 * i, 3, normal + 3 * r);
            }
            out[i] = most > least;
        }
        return result;
    }

    // Premultiplied linear RGBA (n, 4), depth (n,) and normal (n, 3). What tinted glass lets through of a
    // white background belongs to its own light, apart from the part that all channels share, which is its
    // transparency.
    py::tuple image() const {
        Floats rgba = floats(count_, 4);
        float* out = rgba.mutable_data();
        const float *light = light_.data(), *transmittance = transmittance_.data();
        {
            py::gil_scoped_release release;
            for (py::ssize_t i = 0; i < count_; ++i, out += 4) {
                const float* left = transmittance + channels_ * i;
                const float shared = *std::min_element(left, left + channels_);
                float most = 0;
                for (int k = 0; k < 3; ++k) {
                    out[k] = light[3 * i + k] + (channels_ == 3 ? left[k] - shared : 0.0f);
                    most = std::max(most, out[k]);
                }
                out[3] = 1 - shared;
                if (channels_ == 3) {
                    out[3] = std::max(out[3], std::min(most, 1.0f));
                }
            }
        }
        return py::make_tuple(rgba, depth_, normal_);
    }

  private:
    py::ssize_t count_;
    int channels_;
    Floats light_, transmittance_, depth_, normal_;
};

// sRGB bytes (n, 4), alpha not premultiplied, of premultiplied linear light (n, 4); `byte_of_step` holds the
// byte of each of so many steps of linear light from 0 to 1.
inline Bytes encode_pixels(const Floats& light, const Bytes& byte_of_step) {
    const py::ssize_t count = light.shape(0);
    const float* in = rows_of(light, count, 4, "light");
    const std::uint8_t* byte = byte_of_step.data();
    const auto steps = static_cast<float>(byte_of_step.shape(0) - 1);
    Bytes result({count, static_cast<py::ssize_t>(4)});
    std::uint8_t* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i, in += 4, out += 4) {
        if (!(in[3] != 0)) {
            std::fill_n(out, 4, std::uint8_t{0});
            continue;
        }
        const float alpha = std::max(in[3], 1e-4f);
        for (int k = 0; k < 3; ++k) {
            out[k] = byte[static_cast<int>(clamp(in[k] / alpha, 0, 1) * steps + 0.5f)];
        }
        out[3] = static_cast<std::uint8_t>(std::nearbyint(clamp(in[3], 0, 1) * 255));
    }
    return result;
}

}  // namespace vitrine
