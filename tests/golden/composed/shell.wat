(; Offers `evil:host/shell`, whose `run` returns how long the command is: the plug of `composed.wasm`. ;)
(component
    (core module $m
        (memory (export "memory") 1)
        (global $next (mut i32) (i32.const 1024))
        (func (export "run") (param i32 i32) (result i32) (local.get 1))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            (global.get $next)
            (global.set $next (i32.add (global.get $next) (local.get 3)))))
    (core instance $i (instantiate $m))
    (func $run (param "command" string) (result s32)
        (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (instance $shell (export "run" (func $run)))
    (export "evil:host/shell" (instance $shell)))
