fn main() {
    let r = ferrite_udf::testing::Sandbox::new().call(guest_every_type::call, &[], &[]);
    for l in r.unwrap().as_array().unwrap() {
        println!("{}", l.as_str().unwrap());
    }
}
