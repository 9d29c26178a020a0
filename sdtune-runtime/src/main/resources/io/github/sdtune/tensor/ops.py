# The libtorch operators that DJL's NDArray lacks, as TorchScript: read by Op, one method to a module.
# {0}, {1} ... stand for constants given in Java. Numbers at dtype places: 6 is float32. B batch, L tokens, C channels.
# Weights w and b may be float16 or bfloat16: type_as widens them for as long as they are used, and does nothing otherwise.

def linear(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.linear(x, torch.type_as(w, x))

def linear_bias(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.linear(x, torch.type_as(w, x), torch.type_as(b, x))

def linear_by_convolution(self, x: Tensor, w: Tensor) -> Tensor:
  # (B, L, C) -> (B, C, 1, L) with the channels last -> (B, L, out), without a copy
  map = torch.permute(torch.unsqueeze(x, 1), [0, 3, 1, 2])
  y = torch.mkldnn_convolution(map, torch.unsqueeze(torch.unsqueeze(torch.type_as(w, x), 2), 3), None, [0, 0], [1, 1], [1, 1], 1)
  return torch.squeeze(torch.permute(y, [0, 2, 3, 1]), 1)

def linear_bias_by_convolution(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  map = torch.permute(torch.unsqueeze(x, 1), [0, 3, 1, 2])
  y = torch.mkldnn_convolution(map, torch.unsqueeze(torch.unsqueeze(torch.type_as(w, x), 2), 3), torch.type_as(b, x), [0, 0], [1, 1], [1, 1], 1)
  return torch.squeeze(torch.permute(y, [0, 2, 3, 1]), 1)

def linear_input_gradient(self, g: Tensor, w: Tensor) -> Tensor:
  return torch.matmul(g, torch.type_as(w, g))

def linear_by_convolution_input_gradient(self, g: Tensor, x: Tensor, w: Tensor) -> Tensor:
  g1 = torch.permute(torch.unsqueeze(g, 1), [0, 3, 1, 2])
  map = torch.permute(torch.unsqueeze(x, 1), [0, 3, 1, 2])
  w1 = torch.unsqueeze(torch.unsqueeze(torch.type_as(w, g), 2), 3)
  gx, _0, _1, = torch.convolution_backward(g1, map, w1, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, False, False])
  return torch.squeeze(torch.permute(gx, [0, 2, 3, 1]), 1)

def linear_keeping_half(self, x: Tensor, w: Tensor) -> Tensor:
  # linear(x, w.float()), but autograd keeps w as it is: of three factors it keeps the given ones, and 1 * w, which
  # is w in float32, is made anew in the backward pass. Dimensions of the factors: x's rows, 1, out, in.
  one = torch.new_ones(x, [1, 1, 1, 1])
  w1 = torch.unsqueeze(torch.unsqueeze(w, 0), 0)
  y = torch._trilinear(one, w1, torch.unsqueeze(torch.flatten(x, 0, -2), 1), annotate(List[int], []), annotate(List[int], []), [2], [3], 1)
  return torch.view(y, torch.add(torch.slice(torch.size(x), 0, -1, 1), [torch.size(w, 0)]))

def linear_bias_keeping_half(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  one = torch.new_ones(x, [1, 1, 1, 1])
  w1 = torch.unsqueeze(torch.unsqueeze(w, 0), 0)
  y = torch._trilinear(one, w1, torch.unsqueeze(torch.flatten(x, 0, -2), 1), annotate(List[int], []), annotate(List[int], []), [2], [3], 1)
  return torch.view(torch.add_(y, b), torch.add(torch.slice(torch.size(x), 0, -1, 1), [torch.size(w, 0)]))

def add_product(self, w: Tensor, b: Tensor, a: Tensor) -> Tensor:
  return torch.addmm(torch.type_as(w, b), b, a, beta=1, alpha={0})

def add_to_weight(self, w: Tensor, update: Tensor) -> Tensor:
  return torch.add(torch.type_as(w, update), update)

def hadamard(self, a1: Tensor, b1: Tensor, a2: Tensor, b2: Tensor) -> Tensor:
  return torch.mul(torch.mul(torch.mm(a1, b1), {0}), torch.mm(a2, b2))

def kronecker(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.kron(torch.mul(a, {0}), b)

def norms_of_rows(self, w: Tensor) -> Tensor:
  # w (out, ...) -> (out)
  return torch.norm(torch.flatten(torch.to(w, 6), 1), 2, [1])

def factor_to_norm(self, x: Tensor) -> Tensor:
  # what each of {1} factors of x is multiplied by, so that the norm of x is at most {0}
  norm = torch.clamp_min(torch.norm(x), {0} / 2.)
  return torch.pow(torch.clamp_max(torch.mul(torch.reciprocal(norm), {0}), 1.), 1. / {1})

def add_low_rank(self, y: Tensor, x: Tensor, down: Tensor, up: Tensor) -> Tensor:
  low = torch.mm(torch.flatten(x, 0, -2), torch.t(down))
  y1 = torch.addmm(torch.flatten(y, 0, -2), low, torch.t(up), beta=1, alpha={0})
  return torch.view(y1, torch.size(y))

def linear_low_rank(self, x: Tensor, w: Tensor, down: Tensor, up: Tensor) -> Tensor:
  # two-dimensional throughout, so that the product is added in place without a detour through views
  x2 = torch.flatten(x, 0, -2)
  y = torch.mm(x2, torch.t(torch.type_as(w, x)))
  low = torch.mm(x2, torch.t(torch.type_as(down, x)))
  y1 = torch.addmm_(y, low, torch.t(torch.type_as(up, x)), beta=1, alpha={0})
  return torch.view(y1, torch.add(torch.slice(torch.size(x), 0, -1, 1), [torch.size(w, 0)]))

def linear_low_rank_bias(self, x: Tensor, w: Tensor, b: Tensor, down: Tensor, up: Tensor) -> Tensor:
  x2 = torch.flatten(x, 0, -2)
  y = torch.addmm(torch.type_as(b, x), x2, torch.t(torch.type_as(w, x)))
  low = torch.mm(x2, torch.t(torch.type_as(down, x)))
  y1 = torch.addmm_(y, low, torch.t(torch.type_as(up, x)), beta=1, alpha={0})
  return torch.view(y1, torch.add(torch.slice(torch.size(x), 0, -1, 1), [torch.size(w, 0)]))

def conv2d(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.conv2d(x, torch.type_as(w, x), None, [{0}, {0}], [{1}, {1}])

def conv2d_bias(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.conv2d(x, torch.type_as(w, x), torch.type_as(b, x), [{0}, {0}], [{1}, {1}])

def conv2d_input_gradient(self, g: Tensor, x: Tensor, w: Tensor) -> Tensor:
  gx, _0, _1, = torch.convolution_backward(g, x, torch.type_as(w, g), None, [{0}, {0}], [{1}, {1}], [1, 1], False, [0, 0], 1, [True, False, False])
  return gx

def conv3x3_keeping_half(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  # a 3x3 convolution as nine linear_keeping_half of the picture shifted: (B, C, H, W) -> (B, H+2, W+2, C)
  one = torch.new_ones(x, [1, 1, 1, 1])
  padded = torch.constant_pad_nd(torch.permute(x, [0, 2, 3, 1]), [0, 0, 1, 1, 1, 1], 0)
  y = torch.new_zeros(x, [torch.mul(torch.mul(torch.size(x, 0), torch.size(x, 2)), torch.size(x, 3)), 1, torch.size(w, 0)])
  for i in range(3):
    for j in range(3):
      rows = torch.slice(padded, 1, i, torch.add(i, torch.size(x, 2)))
      shifted = torch.flatten(torch.slice(rows, 2, j, torch.add(j, torch.size(x, 3))), 0, 2)
      w1 = torch.unsqueeze(torch.unsqueeze(torch.select(torch.select(w, 3, j), 2, i), 0), 0)
      part = torch._trilinear(one, w1, torch.unsqueeze(shifted, 1), annotate(List[int], []), annotate(List[int], []), [2], [3], 1)
      _0 = torch.add_(y, part)
  _1 = torch.add_(y, b)
  map = torch.view(y, [torch.size(x, 0), torch.size(x, 2), torch.size(x, 3), torch.size(w, 0)])
  return torch.contiguous(torch.permute(map, [0, 3, 1, 2]))

def pointwise(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  # a 1x1 convolution as matrix products: libtorch's own way for it on the CPU is a slow fallback
  w1 = torch.expand(torch.flatten(torch.type_as(w, x), 1), [torch.size(x, 0), -1, -1])
  y = torch.baddbmm(torch.unsqueeze(torch.type_as(b, x), 1), w1, torch.flatten(x, 2))
  return torch.unflatten(y, 2, [torch.size(x, 2), -1])

def map_to_tokens(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  w1 = torch.expand(torch.transpose(torch.flatten(torch.type_as(w, x), 1), 0, 1), [torch.size(x, 0), -1, -1])
  return torch.baddbmm(torch.type_as(b, x), torch.transpose(torch.flatten(x, 2), 1, 2), w1)

def tokens_to_map(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  w1 = torch.expand(torch.flatten(torch.type_as(w, x), 1), [torch.size(x, 0), -1, -1])
  y = torch.baddbmm(torch.unsqueeze(torch.type_as(b, x), 1), w1, torch.transpose(x, 1, 2))
  return torch.unflatten(y, 2, [{0}, {1}])

def conv2d_same(self, x: Tensor, w: Tensor) -> Tensor:
  # stride {0}, groups {1}; padded by {2} on the left and above, by {3} on the right and below
  padded = torch.constant_pad_nd(x, [{2}, {3}, {2}, {3}], 0)
  return torch.conv2d(padded, torch.type_as(w, x), None, [{0}, {0}], [0, 0], [1, 1], {1})

def batch_norm(self, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, var: Tensor) -> Tensor:
  return torch.batch_norm(x, torch.type_as(w, x), torch.type_as(b, x), torch.type_as(mean, x), torch.type_as(var, x), False, 0., {0}, True)

def relu6(self, x: Tensor) -> Tensor:
  return torch.hardtanh(x, 0., 6.)

def add_to_channels(self, x: Tensor, y: Tensor) -> Tensor:
  return torch.add_(x, torch.unsqueeze(torch.unsqueeze(y, 2), 3))

def cos_sin(self, t: Tensor, frequencies: Tensor) -> Tensor:
  angles = torch.mul(torch.unsqueeze(torch.to(t, 6), 1), frequencies)
  return torch.cat([torch.cos(angles), torch.sin(angles)], -1)

def sin_cos(self, t: Tensor, frequencies: Tensor) -> Tensor:
  angles = torch.mul(torch.unsqueeze(torch.to(t, 6), 1), frequencies)
  return torch.cat([torch.sin(angles), torch.cos(angles)], -1)

def group_norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.group_norm(x, {0}, torch.type_as(w, x), torch.type_as(b, x), {1}, True)

def group_norm_silu(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  y = torch.group_norm(x, {0}, torch.type_as(w, x), torch.type_as(b, x), {1}, True)
  # in place autograd would first copy what the gradient needs
  if torch.is_grad_enabled():
    z = torch.silu(y)
  else:
    z = torch.silu_(y)
  return z

def layer_norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.layer_norm(x, torch.size(w), torch.type_as(w, x), torch.type_as(b, x), {0}, True)

def silu(self, x: Tensor) -> Tensor:
  return torch.silu(x)

def gelu(self, x: Tensor) -> Tensor:
  return torch.gelu(x)

def quick_gelu(self, x: Tensor) -> Tensor:
  return torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))

def geglu(self, x: Tensor) -> Tensor:
  halves = torch.chunk(x, 2, -1)
  return torch.mul(halves[0], torch.gelu(halves[1]))

def attention(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
  # (B, L, C) -> (B, heads, L, C/heads)
  q1 = torch.transpose(torch.unflatten(q, -1, [{0}, -1]), 1, 2)
  k1 = torch.transpose(torch.unflatten(k, -1, [{0}, -1]), 1, 2)
  v1 = torch.transpose(torch.unflatten(v, -1, [{0}, -1]), 1, 2)
  y = torch.scaled_dot_product_attention(q1, k1, v1, None, 0., {1})
  # (B, heads, L, C/heads) -> (B, L, C)
  return torch.flatten(torch.transpose(y, 1, 2), 2)

def upsample_nearest2x(self, x: Tensor) -> Tensor:
  return torch.upsample_nearest2d(x, None, [2., 2.])

def upsample_nearest(self, x: Tensor) -> Tensor:
  return torch.upsample_nearest2d(x, [{0}, {1}])

def pad_right_bottom(self, x: Tensor) -> Tensor:
  return torch.constant_pad_nd(x, [0, 1, 0, 1], 0)

def to_tokens(self, x: Tensor) -> Tensor:
  # (B, C, H, W) -> (B, H*W, C); norms and products of tokens in another order would copy each time
  return torch.contiguous(torch.transpose(torch.flatten(x, 2), 1, 2))

def to_map(self, x: Tensor) -> Tensor:
  # (B, H*W, C) -> (B, C, H, W)
  return torch.unflatten(torch.transpose(x, 1, 2), 2, [{0}, {1}])

def mse(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.mse_loss(a, b, 1)

def mse_per_item(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.mean(torch.flatten(torch.mse_loss(a, b, 0), 1), [1])

def masked_mse_per_item(self, a: Tensor, b: Tensor, mask: Tensor) -> Tensor:
  return torch.mean(torch.flatten(torch.mul(torch.mse_loss(a, b, 0), mask), 1), [1])

def embedding(self, w: Tensor, ids: Tensor) -> Tensor:
  return torch.to(torch.embedding(w, ids), 6)

def embedding_with_positions(self, w: Tensor, positions: Tensor, ids: Tensor) -> Tensor:
  y = torch.to(torch.embedding(w, ids), 6)
  return torch.add(y, torch.slice(positions, 0, 0, torch.size(ids, 1)))

def embedding_beyond_with_positions(self, w: Tensor, beyond: Tensor, positions: Tensor, ids: Tensor) -> Tensor:
  n = torch.size(w, 0)
  known = torch.to(torch.embedding(w, torch.clamp(ids, 0, torch.sub(n, 1))), 6)
  own = torch.embedding(beyond, torch.clamp(torch.sub(ids, n), 0))
  y = torch.where(torch.unsqueeze(torch.lt(ids, n), -1), known, own)
  return torch.add(y, torch.slice(positions, 0, 0, torch.size(ids, 1)))

def rows_of_norm(self, x: Tensor) -> Tensor:
  return torch.mul(torch.div(x, torch.norm(x, 2, [1], True)), {0})

def contiguous(self, x: Tensor) -> Tensor:
  return torch.contiguous(x)

def scale(self, x: Tensor) -> Tensor:
  return torch.mul(x, {0})

def to_float32(self, x: Tensor) -> Tensor:
  return torch.to(x, 6)

def to_float16(self, x: Tensor) -> Tensor:
  return torch.to(x, 5)

def to_bfloat16(self, x: Tensor) -> Tensor:
  return torch.to(x, 15)

def with_contiguous_gradient(self, x: Tensor) -> Tensor:
  # all of x: the gradient is copied into zeros of x's size
  return torch.slice(x, 0, 0, 9223372036854775807)

def alias(self, x: Tensor) -> Tensor:
  return torch.alias(x)

def requires_grad(self, x: Tensor) -> Tensor:
  return torch.tensor(ops.prim.requires_grad(x))

def detach(self, x: Tensor) -> Tensor:
  return torch.detach(x)

def clone(self, x: Tensor) -> Tensor:
  return torch.clone(x)

def global_norm(self, xs: List[Tensor]) -> Tensor:
  return torch.norm(torch.stack(torch._foreach_norm(xs)))

def foreach_scale(self, xs: List[Tensor], factor: Tensor) -> Tensor:
  torch._foreach_mul_(xs, factor)
  return factor

def foreach_lerp(self, xs: List[Tensor], ys: List[Tensor], weight: Tensor) -> Tensor:
  torch._foreach_lerp_(xs, ys, torch.item(weight))
  return weight

def foreach_copy(self, xs: List[Tensor], ys: List[Tensor]) -> Tensor:
  torch._foreach_copy_(xs, ys)
  return xs[0]

def foreach_zero(self, xs: List[Tensor]) -> Tensor:
  torch._foreach_zero_(xs)
  return xs[0]

def fused_adamw(self, params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor], steps: List[Tensor], lr: Tensor) -> Tensor:
  torch._foreach_add_(steps, 1)
  torch._fused_adamw_(params, grads, exp_avgs, exp_avg_sqs, annotate(List[Tensor], []), steps, lr=lr, beta1={0}, beta2={1}, weight_decay={3}, eps={2}, amsgrad=False, maximize=False)
  return lr

def lion(self, params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], lr: Tensor) -> Tensor:
  rate = float(lr)
  torch._foreach_mul_(params, 1. - rate * {2})
  updates = torch._foreach_mul(exp_avgs, {0})
  torch._foreach_add_(updates, grads, alpha=1. - {0})
  torch._foreach_sign_(updates)
  torch._foreach_add_(params, updates, alpha=-rate)
  torch._foreach_mul_(exp_avgs, {1})
  torch._foreach_add_(exp_avgs, grads, alpha=1. - {1})
  return lr

def sgd(self, params: List[Tensor], grads: List[Tensor], lr: Tensor) -> Tensor:
  decayed = torch._foreach_add(grads, params, alpha={0})
  torch._foreach_add_(params, decayed, alpha=-float(lr))
  return lr

def sgd_momentum(self, params: List[Tensor], grads: List[Tensor], buffers: List[Tensor], lr: Tensor) -> Tensor:
  decayed = torch._foreach_add(grads, params, alpha={3})
  torch._foreach_mul_(buffers, {0})
  torch._foreach_add_(buffers, decayed, alpha=1. - {1})
  if {2}:  # Nesterov
    torch._foreach_add_(decayed, buffers, alpha={0})
    torch._foreach_add_(params, decayed, alpha=-float(lr))
  else:
    torch._foreach_add_(params, buffers, alpha=-float(lr))
  return lr

def adafactor_direction(self, grad: Tensor, sq: Tensor, beta2: Tensor) -> Tensor:
  decay = float(beta2)
  torch.add_(torch.mul_(sq, decay), torch.add(torch.square(grad), 1e-30), alpha=1. - decay)
  return torch.mul(torch.rsqrt(sq), grad)

def adafactor_direction_factored(self, grad: Tensor, row: Tensor, col: Tensor, beta2: Tensor) -> Tensor:
  # grad (..., m, n), row (..., m), col (..., n); v is their outer product over the mean of row
  decay = float(beta2)
  square = torch.add(torch.square(grad), 1e-30)
  torch.add_(torch.mul_(row, decay), torch.mean(square, [-1]), alpha=1. - decay)
  torch.add_(torch.mul_(col, decay), torch.mean(square, [-2]), alpha=1. - decay)
  r = torch.unsqueeze(torch.rsqrt(torch.div(row, torch.mean(row, [-1], True))), -1)
  c = torch.rsqrt(torch.unsqueeze(col, -2))
  return torch.mul(torch.mul(r, c), grad)

def adafactor_move(self, p: Tensor, direction: Tensor, exp_avg: Tensor, lr: Tensor) -> Tensor:
  # {0}: rates are relative to the size of p; {1} highest root mean square; {2} beta1, 0: exp_avg is not used
  rms = torch.div(torch.norm(direction), float(torch.numel(direction)) ** 0.5)
  rate = torch.to(lr, 6)
  if {0}:
    size = torch.div(torch.norm(p), float(torch.numel(p)) ** 0.5)
    rate = torch.mul(torch.clamp_min(size, 1e-3), float(lr))
  update = torch.mul(torch.div(direction, torch.clamp_min(torch.div(rms, {1}), 1.)), rate)
  if {2} > 0.:
    update = torch.add_(torch.mul_(exp_avg, {2}), update, alpha=1. - {2})
  torch.mul_(p, torch.sub(1., torch.mul(rate, {3})))
  return torch.sub_(p, update)

def average_moments(self, exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor], grads: List[Tensor], d: Tensor) -> Tensor:
  factor = float(d)
  torch._foreach_mul_(exp_avgs, {0})
  torch._foreach_add_(exp_avgs, grads, alpha=factor * (1. - {0}))
  torch._foreach_mul_(exp_avg_sqs, {1})
  torch._foreach_addcmul_(exp_avg_sqs, grads, grads, factor * factor * (1. - {1}))
  return d

def dots(self, grads: List[Tensor], xs: List[Tensor], ys: List[Tensor]) -> Tensor:
  # g . (x - y) of each
  products = annotate(List[Tensor], [])
  for i in range(torch.len(grads)):
    difference = torch.flatten(torch.sub(xs[i], ys[i]))
    _0 = torch.append(products, torch.dot(torch.flatten(grads[i]), difference))
  return torch.stack(products)

def decay_and_sum(self, xs: List[Tensor], ys: List[Tensor], share: Tensor) -> Tensor:
  torch._foreach_mul_(xs, {0})
  torch._foreach_add_(xs, ys, alpha=float(share))
  sums = annotate(List[Tensor], [])
  for i in range(torch.len(xs)):
    _0 = torch.append(sums, torch.sum(torch.abs(xs[i])))
  return torch.stack(sums)

def prodigy_move(self, params: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor], rate: Tensor, eps: Tensor) -> Tensor:
  dlr = float(rate)
  denoms = torch._foreach_sqrt(exp_avg_sqs)
  torch._foreach_add_(denoms, float(eps))
  torch._foreach_mul_(params, 1. - {0} * dlr)
  torch._foreach_addcdiv_(params, exp_avgs, denoms, -dlr)
  return rate

def foreach_add_scaled(self, xs: List[Tensor], ys: List[Tensor]) -> Tensor:
  torch._foreach_add_(xs, ys, alpha={0})
  return xs[0]

def dequantize(self, codes: Tensor, absmax: Tensor, map: Tensor) -> Tensor:
  # codes (blocks, 256), absmax (blocks)
  values = torch.index_select(map, 0, torch.to(torch.flatten(codes), 3))
  return torch.mul(torch.view(values, torch.size(codes)), torch.unsqueeze(absmax, 1))

def quantize(self, x: Tensor, codes: Tensor, absmax: Tensor, map: Tensor) -> Tensor:
  # the nearest value of the sorted map: the number of midpoints below
  torch.copy_(absmax, torch.amax(torch.abs(x), [1]))
  midpoints = torch.div(torch.add(torch.slice(map, 0, 0, -1), torch.slice(map, 0, 1)), 2.)
  scaled = torch.div(x, torch.unsqueeze(torch.clamp_min(absmax, 1.2e-38), 1))
  return torch.copy_(codes, torch.bucketize(scaled, midpoints, out_int32=True))

def adam_blocks(self, p: Tensor, grad: Tensor, m: Tensor, v: Tensor, lr: Tensor, step: Tensor) -> Tensor:
  # m and v in blocks (blocks, 256), the last of which may be longer than p
  t = float(step)
  g = torch.view(torch.constant_pad_nd(torch.flatten(grad), [0, torch.numel(m) - torch.numel(grad)]), torch.size(m))
  torch.add_(torch.mul_(m, {0}), g, alpha=1. - {0})
  torch.addcmul_(torch.mul_(v, {1}), g, g, value=1. - {1})
  denom = torch.add_(torch.div(torch.sqrt(v), (1. - {1} ** t) ** 0.5), {2})
  update = torch.slice(torch.flatten(torch.div(m, denom)), 0, 0, torch.numel(p))
  torch.mul_(p, 1. - float(lr) * {3})
  return torch.add_(p, torch.view(update, torch.size(p)), alpha=-float(lr) / (1. - {0} ** t))

def torch_normals(self, like: Tensor, seed: Tensor, count: Tensor) -> Tensor:
  # what a torch.Generator of the seed gives: one draw after the other, since one of all is another sequence
  torch.manual_seed(int(seed))
  draws = annotate(List[Tensor], [])
  for i in range(int(count)):
    _0 = torch.append(draws, torch.randn(torch.size(like), dtype=6, layout=None, device=torch.device("cpu"), pin_memory=False))
  return torch.stack(draws)
